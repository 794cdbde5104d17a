"""One experiment at a glance: how far it is, and which system leads."""

import math
from typing import Any

import streamlit as st

from components import formats, safe, services
from evaluation.errors import EvaluationError
from evaluation.store import Results


def show_card(record: dict[str, Any]) -> None:
    """Show an experiment (a record of `store.list_experiments`) as the content of a card."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{safe.label(record['name'])}**", width="stretch")
        _show_count(record)
    where = " · ".join(filter(None, [record["collection_name"], record["split"]]))
    st.caption(f"{safe.label(where)} · {formats.ago(record['created'])}")
    if record["grid"]:
        st.page_link(
            "pages/tuning.py",
            label="Tuning",
            icon=":material/arrow_forward:",
            query_params={"grid": record["id"]},
        )
        return
    _show_best(record["id"])
    st.page_link(
        "pages/leaderboard.py",
        label="Leaderboard",
        icon=":material/arrow_forward:",
        query_params={"experiment": record["id"]},
    )


def best_system(results: Results) -> tuple[str, str, float] | None:
    """Give measure, name and mean of the best system; None where nothing can be said yet.

    A system with a failed query has no mean and is left out; the first of equal ones is taken.
    """
    if not results.experiment.split or not results.done:
        return None
    measure = results.experiment.measures[0]
    columns = [services.scores(results, each.number, measure) for each in results.done]
    means = [float(values.mean()) if len(values) else math.nan for values in columns]
    ranked = [(mean, each.name) for mean, each in zip(means, results.done, strict=True)]
    known = [pair for pair in ranked if not math.isnan(pair[0])]
    if not known:
        return None
    mean, name = max(known, key=lambda pair: pair[0])
    return measure, name, mean


def _show_count(record: dict[str, Any]) -> None:
    if record["grid"]:
        st.badge(f"grid, {record['grid']} points", color="violet", help="Settings of one system.")
        return
    done, total = record["done"], len(record["systems"])
    text, colour = (f"{done} of {total}", "blue") if done < total else (f"{total} systems", "green")
    st.badge(text, color=colour, help="Systems with results.")  # type: ignore[arg-type]


def _show_best(experiment_id: str) -> None:
    try:
        best = best_system(services.results(experiment_id))
    except EvaluationError as error:
        st.caption(safe.label(error, 400))
        return
    if best is None:
        st.caption("No scores yet.")
        return
    measure, name, value = best
    with st.container(gap=None):
        st.metric(
            f"Best {safe.label(measure)}",
            f"{value:.3f}",
            help="The highest mean over all judged queries of the split.",
        )
        st.caption(safe.label(name))
