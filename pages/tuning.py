"""Tuning: which setting of one system is best, and is that worth anything on new queries?"""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import shell, tuned_grid, tuning_figures, tuning_setup, tuning_tables  # noqa: E402
from components.experiment_rest import show_progress  # noqa: E402
from components.tuning_address import follow_address  # noqa: E402
from components.tuning_start import show_start  # noqa: E402
from components.tuning_surface import show_surface  # noqa: E402

results = tuned_grid.pick_grid()
if results is not None:
    with shell.head("Tuning", tuned_grid.caption(results)):
        tuned_grid.show_actions(results)
    show_progress(results)
    tuned = tuned_grid.tuned(results, *tuned_grid.pick_view(results))
    if tuned is not None:
        tuning_figures.show_figures(tuned)
        tuning_figures.show_best(tuned)
        tuning_figures.show_warnings(tuned)
        show_surface(tuned)
        tuning_tables.show_settings(tuned)
        tuning_tables.show_folds(tuned)
    st.stop()

with shell.head("Tuning", "Which setting of one system is best, and would it be on new queries?"):
    pass
if not follow_address():
    shell.empty(
        "No collection yet",
        "Tuning needs a collection with judgements, and documents or uploaded runs.",
        {"collections": "Bring a collection", "overview": "See the ways to start"},
    )
    st.stop()

choices, start = st.columns([2, 1], gap="large")
with choices:
    st.header("1 · Data", anchor=False)
    tuning_setup.pick_data()
    st.header("2 · System", anchor=False)
    tuning_setup.pick_system()
    st.header("3 · Parameters", anchor=False)
    tuning_setup.pick_parameters()
with start:
    show_start()
