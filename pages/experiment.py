"""Which systems shall be compared, on what data, by which measures? Choose, check, start."""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import shell  # noqa: E402
from components.data_picker import pick_data  # noqa: E402
from components.experiment_address import follow_address, followed_job  # noqa: E402
from components.experiment_draft import current  # noqa: E402
from components.experiment_file import show_file_menu  # noqa: E402
from components.experiment_progress import show_experiment_progress  # noqa: E402
from components.experiment_start import show_start  # noqa: E402
from components.measure_picker import pick_measures  # noqa: E402
from components.power_planner import show_power_planner  # noqa: E402
from components.ready_made import pick_ready_made  # noqa: E402
from components.script_notice import show_script_notice  # noqa: E402
from components.system_builder import show_builder  # noqa: E402
from components.system_list import offer_of, show_systems  # noqa: E402

follow_address()
with shell.head("Experiment", "Which systems, on what data, judged by which measures?"):
    show_file_menu()

if followed_job():
    show_experiment_progress(followed_job())

if not current().collection:
    shell.empty(
        "No collection yet",
        "An experiment runs on a collection: documents, queries and judgements, or run files.",
        {"collections": "Bring a collection", "overview": "See the ways to start"},
    )
    st.stop()

choices, start = st.columns([2, 1], gap="large")
with choices:
    st.header("1 · Data", anchor=False)
    pick_data()
    st.header("2 · Systems", anchor=False)
    pick_ready_made()
    show_script_notice()
    show_systems()
    show_builder(offer_of(current().collection))
    st.header("3 · Measures", anchor=False)
    pick_measures()
    show_power_planner()
with start:
    show_start()
