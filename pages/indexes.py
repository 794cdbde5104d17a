"""Indexes: what does a faster or smaller index lose, and how many layers and dimensions matter?"""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import index_choice, shell  # noqa: E402
from components.experiment_rest import show_progress  # noqa: E402
from components.index_setup import show_setup  # noqa: E402
from components.index_view import show_curves  # noqa: E402
from components.layer_view import show_grid  # noqa: E402

results = index_choice.pick_experiment()
if results is not None:
    with shell.head("Indexes", index_choice.caption(results)):
        index_choice.show_actions(results)
    show_progress(results)
    measure, depth = index_choice.pick_view(results)
    curves = show_curves(results, measure, depth)
    grid = show_grid(results, measure)
    if not curves and not grid:
        shell.empty(
            "Nothing to compare yet",
            "This page needs two finished systems that are one dense retriever each, on the same "
            "vectors: exact search (flat) and another index, or other layers and dimensions.",
        )
    st.stop()

with shell.head("Indexes", "What does a smaller or faster index lose, and what does it save?"):
    pass
if not show_setup():
    shell.empty(
        "No documents yet",
        "Comparing indexes needs a collection with documents.",
        {"collections": "Bring a collection", "overview": "See the ways to start"},
    )
