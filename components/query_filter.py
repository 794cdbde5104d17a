"""Filtering a list of queries by words and by what systems reach on them; all in the address."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import aggregates, safe, services, state
from components.errors import show
from evaluation.errors import EvaluationError
from evaluation.query_filter import (
    BELOW,
    LEAST,
    LONGEST,
    MOST,
    Condition,
    meets,
    read_conditions,
    write_conditions,
)
from evaluation.store import Results

Rows = npt.NDArray[np.int64]
WORDS = state.widget_key("query filter")
FIELDS = {
    name: state.widget_key(f"condition {name}")
    for name in ("system", "minus", "measure", "comparison", "number")
}
COMPARISONS = {LEAST: "at least", BELOW: "below"}


def show_words(width: int | Literal["stretch"] = 280) -> None:
    """Let the visitor filter queries by words of their text or id."""
    st.session_state[WORDS] = state.get("filter")
    st.text_input(
        "Filter queries",
        key=WORDS,
        type="search",
        placeholder="Filter by id or words",
        on_change=lambda: state.put(filter=st.session_state[WORDS].strip()),
        label_visibility="collapsed",
        width=width,
    )


def show_conditions(results: Results, measure: str, words: bool = False) -> None:
    """Show the conditions in a pop-over, with a form that adds one; `words` puts the search there.

    Without judgements there are no values, and nothing but the words.
    """
    found = _conditions(results)
    count = len(found) + bool(words and state.get("filter"))
    name = f"Filter ({count})" if count else "Filter"
    with st.popover(name, icon=":material/filter_alt:", type="primary" if count else "secondary"):
        if words:
            show_words("stretch")
        if not measure:
            return
        for place, condition in enumerate(found):
            _show_condition(results, found, place, condition)
        if len(found) < MOST:
            _show_form(results, measure)


def keep(results: Results, rows: Rows) -> Rows:
    """Give those of some rows whose queries meet the filter; what cannot be read is said."""
    words = state.get("filter")[:LONGEST].casefold().split()
    if words:
        texts, ids = aggregates.query_texts(results), results.query_ids
        fitting = [
            row
            for row in rows.tolist()
            if all(word in f"{ids[row]} {texts[row]}".casefold() for word in words)
        ]
        rows = np.array(fitting, np.int64)
    try:
        conditions = read_conditions(_written(results), _numbers(results))
        met = meets(
            conditions,
            lambda number, measure: services.scores(results, number, measure),
            len(results.query_ids),
        )
    except EvaluationError as error:
        show(error)
        return rows
    kept: Rows = rows[met[rows]]
    return kept


def described(results: Results, condition: Condition) -> str:
    """Say a condition in words."""
    subject = results.systems[condition.system].name
    if condition.minus is not None:
        subject = f"{subject} minus {results.systems[condition.minus].name}"
    comparison = COMPARISONS[condition.comparison]
    return f"{subject}: {condition.measure} {comparison} {condition.number:g}"


def _written(results: Results) -> str:
    """Give the conditions of the address; without judgements there are none."""
    return state.get("where") if results.experiment.split else ""


def _numbers(results: Results) -> list[int]:
    return [result.number for result in results.done]


def _conditions(results: Results) -> list[Condition]:
    """Read the conditions; where they cannot be read there are none, and `keep` says why."""
    try:
        return read_conditions(_written(results), _numbers(results))
    except EvaluationError:
        return []


def _show_condition(
    results: Results, found: Sequence[Condition], place: int, condition: Condition
) -> None:
    others = [*found[:place], *found[place + 1 :]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(safe.label(described(results, condition)), width="stretch")
        st.button(
            "",
            icon=":material/close:",
            key=state.widget_key(f"drop condition {place}"),
            help="Take this condition away",
            type="tertiary",
            on_click=state.put,
            kwargs={"where": write_conditions(others)},
        )


def _show_form(results: Results, measure: str) -> None:
    numbers = _numbers(results)
    measures = list(dict.fromkeys([measure, *results.experiment.measures]))
    named = {number: results.systems[number].name for number in numbers}
    with st.form("condition", border=False):
        st.selectbox("System", numbers, format_func=named.__getitem__, key=FIELDS["system"])
        st.selectbox(
            "minus",
            [None, *numbers],
            format_func=lambda number: (
                "nothing: its own value" if number is None else named[number]
            ),
            key=FIELDS["minus"],
            help="Choose a system to filter by a difference.",
        )
        st.selectbox("Measure", measures, key=FIELDS["measure"])
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.segmented_control(
                "is",
                list(COMPARISONS),
                format_func=COMPARISONS.__getitem__,
                default=LEAST,
                required=True,
                key=FIELDS["comparison"],
            )
            st.number_input(
                "number", value=0.5, step=0.05, format="%.4g", key=FIELDS["number"], width=140
            )
        st.form_submit_button(
            "Add condition", icon=":material/add:", on_click=lambda: _add(results), width="stretch"
        )


def _add(results: Results) -> None:
    """Add what the form says; it is read from the address again, as if anybody had written it."""
    given = {name: st.session_state.get(key) for name, key in FIELDS.items()}
    if given["number"] is None or given["system"] is None:
        return
    added = Condition(
        given["system"],
        None if given["minus"] == given["system"] else given["minus"],
        str(given["measure"]),
        str(given["comparison"]),
        float(given["number"]),
    )
    state.put(where=write_conditions([*_conditions(results), added]))
