"""Interpolation: mix sparse and dense scores before feedback, after it, both, or without any?"""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import interpolated, interpolation_setup, shell  # noqa: E402
from components import interpolation_figures as figures  # noqa: E402
from components.experiment_rest import show_progress  # noqa: E402
from components.interpolation_draft import follow_address  # noqa: E402
from components.interpolation_start import show_start  # noqa: E402

results = interpolated.pick_grid()
if results is not None:
    with shell.head("Interpolation", interpolated.caption(results)):
        interpolated.show_actions(results)
    show_progress(results)
    found = interpolated.interpolated(results)
    if found is not None:
        figures.show_verdict(found)
        view = interpolated.pick_view(found)
        if view is not None:
            figures.show_chart(found, view)
        figures.show_best(found)
        figures.show_settings(found)
    st.stop()

with shell.head(
    "Interpolation", "Mix sparse and dense scores before feedback, after it, both, or without any?"
):
    pass
if not follow_address():
    shell.empty(
        "No collection yet",
        "A grid takes a collection with documents and judgements.",
        {"collections": "Bring a collection", "overview": "See the ways to start"},
    )
    st.stop()

choices, start = st.columns([2, 1], gap="large")
with choices:
    st.header("1 · Data", anchor=False)
    interpolation_setup.pick_data()
    st.header("2 · Retrievers", anchor=False)
    interpolation_setup.pick_retrievers()
    st.header("3 · What is varied", anchor=False)
    interpolation_setup.pick_grid()
with start:
    show_start()
