"""Two systems in two sentences: what these queries can show, and could the winner change?"""

import streamlit as st

from components import aggregates, safe
from components.comparison_views import Pair
from components.power_notes import HELP, pair_line
from evaluation.measures.bounds import has_bounds


def show_pair_notes(pair: Pair) -> None:
    """Show both sentences, the second where bounds of the measure are known."""
    lines = [pair_line(pair), winner_line(pair)]
    st.caption(safe.label(" ".join(line for line in lines if line), limit=2000), help=HELP)


def winner_line(pair: Pair) -> str:
    """Say whether other judgements of what is unjudged could turn the difference round."""
    if not has_bounds(pair.measure):
        return f"How unjudged documents could change {pair.measure} is not known."
    mean = pair.differences.mean
    if mean != mean:
        return ""
    low, high, tight = aggregates.lead_bounds(pair.results, (pair.first, pair.second), pair.measure)
    span = f"from {low:+.3f} to {high:+.3f}"
    if low < 0 < high:
        sure = "could" if tight else "might"
        return (
            "Could the winner change? Yes: judging the unjudged documents "
            f"{sure} move the difference anywhere {span}."
        )
    return (
        "Could the winner change? No: whatever the unjudged documents are worth, the difference "
        f"stays within {span}."
    )
