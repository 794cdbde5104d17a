"""Compare: where do two systems differ, by how much, and is it more than chance?"""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import comparison_table, comparison_views, shell  # noqa: E402
from components import experiment_picker as picker  # noqa: E402
from components import measure_control as measures  # noqa: E402
from components.pair_notes import show_pair_notes  # noqa: E402
from components.pair_picker import pick_pair  # noqa: E402

results, baseline = picker.pick_finished("Compare")
measure = measures.chosen_measure(results)

with shell.head("Compare", picker.caption(results)):
    pass
measures.pick_measure(results, measure)

pair = comparison_views.pair_of(results, pick_pair(results, baseline, measure), measure)
if measure:
    comparison_views.show_figures(pair)
    show_pair_notes(pair)
    bars, points = st.columns([3, 2])
    with bars:
        comparison_views.show_bars(pair)
    with points:
        comparison_views.show_scatter(pair)
comparison_table.show_queries(pair)
