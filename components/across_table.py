"""The leaderboard over several collections: mean and Borda, coverage apart, missing as missing."""

from typing import Any

import streamlit as st

from components import plot, safe
from components.charts.across_dots import across_chart
from components.result_downloads import download_table
from components.system_line import system_line
from evaluation.across_results import RULES, Board

BEST, TIED, MISSING = "★", "≈", "missing"
MOST_DRAWN = 20


def show_table(board: Board, rule: str) -> None:
    """Show one row per system, the best first, and say over what its figures are."""
    rows = board.rows()
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Systems", anchor=False, width="stretch", help=_help())
            columns = {name: [row[name] for row in rows] for name in rows[0]}
            columns["stages"] = [_stages(board, place) for place in range(len(rows))]
            download_table(columns, f"across collections {board.measure}")
        st.dataframe(
            [_shown(board, place) for place in range(len(rows))],
            hide_index=True,
            column_config=_columns(board),
        )
        st.caption(safe.label(reading(board, rule), 2000))


def reading(board: Board, rule: str) -> str:
    """Say over which collections mean and Borda are, what the marks mean, and which is the rule."""
    common = [
        t.label for t, on in zip(board.tasks, board.figures.common.tolist(), strict=True) if on
    ]
    count, whole = len(common), len(board.tasks)
    if not common:
        over = (
            "No collection has values of all systems shown, so there is no mean. Show fewer "
            "systems, or fewer collections."
        )
    elif count == whole:
        over = f"Mean and Borda are over all {whole} collections, each counting the same."
    else:
        over = (
            f"Mean and Borda are over {count} of {whole} collections ({', '.join(common)}): those "
            "where every system shown has a value."
        )
    marks = (
        f"{BEST} is the best of a collection, {TIED} cannot be told from it (paired "
        f"randomisation, Holm-corrected within the collection). {MISSING.capitalize()} is not "
        "zero: the system was not run there, or one of its queries failed."
    )
    return f"{over} {marks} {RULES[rule]}"


def show_chart(board: Board) -> None:
    """Show the values of the first systems, a dot per collection."""
    shown = board.systems[:MOST_DRAWN]
    with st.container(border=True, gap="small"):
        st.subheader("By collection", anchor=False)
        if len(shown) < len(board.systems):
            st.caption(f"The first {len(shown)} of {len(board.systems)} systems.")
        chart = across_chart(
            plot.theme(),
            [shared.name for shared in shown],
            [task.label for task in board.tasks],
            board.figures.values[: len(shown)],
            board.measure,
        )
        plot.show_plot(chart, alt=f"{board.measure} of each system on each collection")


def _shown(board: Board, place: int) -> dict[str, Any]:
    shared, found = board.systems[place], board.figures
    return {
        "System": shared.name,
        "Also called": ", ".join(shared.others),
        "Mean": found.mean[place],
        "Borda": found.borda[place],
        "Coverage": f"{int(found.coverage[place])} of {len(board.tasks)}",
        **{_column(n, task.label): _cell(board, place, n) for n, task in enumerate(board.tasks)},
        "Stages": _stages(board, place),
    }


def _stages(board: Board, place: int) -> str:
    """Write out what makes the system: its tree with every parameter that is not as usual."""
    return " | ".join(dict.fromkeys(map(system_line, board.systems[place].trees)))


def _column(number: int, label: str) -> str:
    """Tell columns apart: two collections may be called the same."""
    return f"{number + 1}. {label}"


def _cell(board: Board, place: int, task: int) -> str:
    value = float(board.figures.values[place, task])
    if value != value:
        return MISSING
    best, tied = bool(board.figures.best[place, task]), bool(board.figures.tied[place, task])
    return f"{value:.4f} {BEST if best else TIED if tied else ''}".strip()


def _columns(board: Board) -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    common = int(board.figures.common.sum())
    others = any(shared.others for shared in board.systems)
    return {
        "System": text(width="medium", pinned=False),
        "Also called": text(help="Other names of the same system.") if others else None,
        "Mean": number(
            format="%.4f",
            help=f"Mean of the {common} collections that all systems have in common. Collections "
            "differ in difficulty: a hard one lowers every mean alike.",
        ),
        "Borda": number(
            format="%.1f",
            help="On each collection a system gets a point for every system it beats and half a "
            "point for every equal one. Summed over the common collections.",
        ),
        "Coverage": text(help="On how many of the collections it has a value. Not part of Borda."),
    }


def _help() -> str:
    return (
        "The highest mean first. Mean and Borda points use only collections on which every system "
        "shown has a value, so being run on more of them gains nothing."
    )
