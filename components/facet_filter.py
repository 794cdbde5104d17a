"""Filtering and grouping systems by what they are: facets that follow from their stages."""

from dataclasses import replace
from typing import Any

import streamlit as st

from components import safe, state
from components.leaderboard_table import Board, half, known
from components.result_downloads import download_table
from evaluation.facets import DIMENSIONS, MEANINGS, Facets, facets_of, groups, matches
from evaluation.store import Results

Wanted = dict[str, list[str]]
GROUP = state.widget_key("facet group")
GROUP_HELP = (
    "Every system is in one group, made of all its values; a hybrid has a group of its own. They "
    "follow from the stages; nobody types them."
)


def pick_facets(results: Results) -> list[int]:
    """Let the visitor narrow the finished systems down by facets; gives the numbers left.

    Facets that all systems share are not offered. All systems are given where nothing is left.
    """
    facets = {row.number: facets_of(row.system) for row in results.done}
    offered = _offered(list(facets.values()))
    if not offered:
        return list(facets)
    wanted = _wanted(offered)
    chosen = sum(map(len, wanted.values()))
    label = f"Filter ({chosen})" if chosen else "Filter"
    with st.popover(label, icon=":material/filter_alt:", key=state.widget_key("facets")):
        st.caption("Shows systems that have a ticked value in every row with ticks. Statistics "
                   "stay over all systems.")  # fmt: skip
        for dimension, values in offered.items():
            _show_pills(dimension, values, wanted, facets)
    left = [number for number, one in facets.items() if matches(one, wanted)]
    if not left:
        st.info("No system has all of the ticked values, so all are shown. Untick one.")
    return left or list(facets)


def narrowed(board: Board, numbers: list[int]) -> Board:
    """Keep some systems of a leaderboard; what is said of them stays over all."""
    return replace(board, rows=[row for row in board.rows if row.number in numbers])


def _offered(found: list[Facets]) -> Wanted:
    """Give the values there are in each dimension in which the systems differ."""
    offered: Wanted = {}
    for dimension in DIMENSIONS:
        if len({one[dimension] for one in found}) > 1:
            there = {value for one in found for value in one[dimension]}
            offered[dimension] = [value for value in DIMENSIONS[dimension] if value in there]
    return offered


def _wanted(offered: Wanted) -> Wanted:
    """Read the ticked values from the address, such as `architecture:lexical,index:flat`."""
    pairs = [part.partition(":")[::2] for part in state.get("facets").split(",")]
    return {
        dimension: [value for value in values if (dimension, value) in pairs]
        for dimension, values in offered.items()
    }


def _show_pills(
    dimension: str, values: list[str], wanted: Wanted, facets: dict[int, Facets]
) -> None:
    counts = {v: sum(v in one[dimension] for one in facets.values()) for v in values}
    key = state.widget_key(f"facet {dimension}")
    st.session_state[key] = wanted[dimension]
    st.pills(
        dimension.capitalize(),
        values,
        format_func=lambda value: f"{value} ({counts[value]})",
        selection_mode="multi",
        key=key,
        help=MEANINGS[dimension],
        on_change=lambda: _take(key, dimension, wanted),
    )


def _take(key: str, dimension: str, wanted: Wanted) -> None:
    ticked = wanted | {dimension: list(st.session_state[key])}
    parts = [f"{name}:{value}" for name, values in ticked.items() for value in values]
    state.put(facets=",".join(parts))


def show_groups(board: Board) -> None:
    """Show the best system of every kind, by the dimension the visitor chooses."""
    dimension = _pick_dimension()
    columns = group_columns(board, dimension)
    with st.container(border=True, gap="small"):
        title = f"Best {safe.label(board.measure)} by {dimension}"
        st.subheader(title, anchor=False, help=MEANINGS[dimension])
        number = st.column_config.NumberColumn
        config = {
            board.measure: number(format="%.3f", help="Mean of the best system over all queries."),
            "± 95 %": number(format="%.3f", help="Half the width of its bootstrap interval."),
            "Lowest": number(format="%.3f", help="Mean of the worst system of the kind."),
            "p50 ms": number(format="%.3g", help="Median latency of the best system."),
        }
        st.dataframe(columns, column_config=config, hide_index=True, placeholder="")
        download_table(columns, f"best by {dimension}")


def _pick_dimension() -> str:
    chosen = state.get("group")
    st.session_state[GROUP] = chosen if chosen in DIMENSIONS else next(iter(DIMENSIONS))
    st.segmented_control(
        "Group by",
        list(DIMENSIONS),
        format_func=str.capitalize,
        key=GROUP,
        required=True,
        help=GROUP_HELP,
        on_change=lambda: state.put(group=st.session_state[GROUP]),
    )
    return str(st.session_state[GROUP])


def group_columns(board: Board, dimension: str) -> dict[str, list[Any]]:
    """Give a row per group, best first: its best system with interval, the span of the others."""
    rows = {row.number: row for row in board.rows}
    found = groups({number: row.system for number, row in rows.items()}, dimension)
    means = {number: board.standings[number].mean for number in rows}
    lines: list[tuple[Any, ...]] = []
    for name, numbers in found.items():
        scored = [number for number in numbers if means[number] == means[number]]
        best = max(scored, key=lambda number: means[number], default=None)
        if best is None:
            lines.append((name, len(numbers), None, None, None, None, None))
            continue
        one, low = board.standings[best], min(means[number] for number in scored)
        latency = rows[best].figures.get("latency_p50_ms")
        lines.append(
            (name, len(numbers), rows[best].name, known(one.mean), half(one.low, one.high), low,
             latency)
        )  # fmt: skip
    lines.sort(key=lambda line: (line[3] is None, -(line[3] or 0.0)))
    heads = ("Kind", "Systems", "Best", board.measure, "± 95 %", "Lowest", "p50 ms")
    return {head: [line[place] for line in lines] for place, head in enumerate(heads)}
