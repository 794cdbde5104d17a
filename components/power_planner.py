"""Before a run: is the number of queries enough for the difference one hopes to see?"""

import numpy as np
import streamlit as st

from components import aggregates, safe, services, state
from components.experiment_draft import current
from components.power_notes import HELP, about
from evaluation.conclusions import MOST
from evaluation.measures.power import detectable_difference, needed_queries
from evaluation.store import list_experiments

ASSUMED = 0.3
DEVIATION = state.widget_key("planned deviation")
SOURCE = state.widget_key("planned source")
QUERIES = state.widget_key("planned queries")
DIFFERENCE = state.widget_key("planned difference")


def show_power_planner() -> None:
    """Show a small form: queries, spread of the differences, and what can be seen with them."""
    draft = current()
    if not draft.split or not draft.measures:
        return
    record = services.workspace().collection_record(draft.collection).record
    judged = max(2, int(record.get("judged_queries", {}).get(draft.split, 0)))
    with st.popover("Enough queries?", icon=":material/rule:"):
        queries = st.number_input("Queries", 2, 10_000_000, judged, key=f"{QUERIES} {judged}")
        deviation = _pick_deviation(draft.collection, draft.measures[0])
        difference = st.number_input(
            "Difference you hope to see",
            0.0,
            1.0,
            0.02,
            step=0.01,
            format="%.3f",
            key=DIFFERENCE,
            help="Between the means of two systems.",
        )
        line = planned_line(int(queries), deviation, float(difference))
        st.markdown(safe.label(line, 600), help=HELP)


def planned_line(queries: int, deviation: float, difference: float) -> str:
    """Say what can be seen with the queries, and how many the wished difference needs."""
    seen = detectable_difference(queries, deviation)
    needed = needed_queries(difference, deviation)
    line = f"With {queries:,} queries you can see differences of about {seen:.3f}."
    if needed is None:
        return line
    return f"{line} For a difference of {difference:.3f} you need about {about(needed)} queries."


def _pick_deviation(collection: str, measure: str) -> float:
    """Let the visitor assume a spread of the differences, or take that of an earlier experiment."""
    earlier = {
        record["id"]: record["name"]
        for record in list_experiments(services.workspace())
        if 1 < record["done"] <= MOST and record["split"] and record["collection"] == collection
    }
    chosen = st.selectbox(
        "Spread of the differences",
        ["", *earlier],
        format_func=lambda place: earlier.get(place, "Assumed"),
        key=SOURCE,
        help="Standard deviation of the per-query differences between two systems: that of a "
        "typical pair in an earlier experiment on this collection, or one you assume.",
    )
    known = earlier_deviation(chosen, measure) if chosen in earlier else None
    if known is None:
        return float(
            st.number_input(
                "Standard deviation", 0.01, 10.0, ASSUMED, step=0.05, format="%.3f", key=DEVIATION
            )
        )
    st.caption(safe.label(f"{known:.3f} {measure}, the median over its pairs of systems."))
    return known


def earlier_deviation(experiment: str, measure: str) -> float | None:
    """Give the median standard deviation over the pairs of an experiment; None if not known."""
    pairs = aggregates.pairs(services.results(experiment), measure)
    deviations = pairs.deviation[np.triu_indices(len(pairs.mean), 1)]
    known = deviations[~np.isnan(deviations)]
    return float(np.median(known)) if len(known) else None
