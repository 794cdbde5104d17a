"""All pairs of systems: which differences are more than chance, as a matrix and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from components import aggregates, plot, safe, state
from components.charts.pair_matrix import Cells, pair_matrix_chart
from components.leaderboard_table import Board
from components.result_downloads import download_table
from evaluation.leaderboard import LEVEL
from evaluation.measures.pairs import Pairs, flips

TESTS = {"randomisation": "Randomisation", "t": "Paired t", "wilcoxon": "Wilcoxon"}
CORRECTIONS = {"holm": "Holm", "bh": "Benjamini-Hochberg", "none": "None"}
TEST_HELP = (
    "Randomisation swaps the two systems at random on each query and makes no assumption about "
    "how values spread. The t-test compares means, too, and assumes near-normal means; Wilcoxon "
    "compares ranks of differences, so it may see a shift that the means do not show."
)
CORRECTION_HELP = (
    "Many tests find differences by chance alone. Holm keeps the chance of even one false finding "
    "below 5 %; Benjamini-Hochberg keeps the expected share of false ones among the findings."
)
CHANCE = "%.3g"  # a small p-value is not written as 0
MATRIX = state.widget_key("pair matrix")
TABLE = state.widget_key("pair table")


def show_pairs(board: Board) -> None:
    """Show every pair; a click on a cell or a row opens the comparison of the two."""
    if len(board.rows) < 2:
        st.info("A pair needs two finished systems. This experiment has one so far.")
        return
    pairs = aggregates.pairs(board.results, board.measure)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        test = _pick("test", "Test", TESTS, TEST_HELP)
        correction = _pick("correction", "Correction", CORRECTIONS, CORRECTION_HELP)
    corrected = pairs.p_values(test, correction)
    places = _places(board)
    with st.container(border=True, gap="small"):
        st.subheader(
            f"Difference in {safe.label(board.measure)}: row minus column",
            anchor=False,
            help="Blue: the row is better; orange: it is worse. Grey cells are not separable: "
            "these queries cannot tell which of the two is better. Click a cell to compare.",
        )
        _show_matrix(board, pairs, corrected, places)
    st.caption(_summary(pairs, corrected, TESTS[test], CORRECTIONS[correction]))
    _show_table(board, pairs, test, correction)


def _pick(key: str, label: str, options: Mapping[str, str], tip: str) -> str:
    """Show a choice that is kept in the address, and give it."""
    widget, first = state.widget_key(f"pairs {key}"), next(iter(options))
    chosen = state.here(key)
    st.session_state[widget] = chosen if chosen in options else first
    st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        required=True,
        key=widget,
        help=tip,
        on_change=lambda: state.put_here(**{key: st.session_state[widget]}),
    )
    return str(st.session_state[widget])


def _places(board: Board) -> list[int]:
    """Give, per row of the leaderboard, the place of its system among the finished ones."""
    order = {result.number: place for place, result in enumerate(board.results.done)}
    return [order[row.number] for row in board.rows]


def _show_matrix(board: Board, pairs: Pairs, corrected: Any, places: list[int]) -> None:
    chosen = np.ix_(places, places)
    difference = pairs.difference[chosen].copy()
    np.fill_diagonal(difference, np.nan)
    cells = Cells(
        difference,
        pairs.difference_low[chosen],
        pairs.difference_high[chosen],
        corrected[chosen],
    )
    names = [row.name for row in board.rows]
    chart = pair_matrix_chart(plot.theme(), names, cells)
    alt = f"Matrix of the differences in {board.measure} between {len(names)} systems"
    clicked = plot.show_clickable(chart, alt, MATRIX)
    if clicked is not None and 0 <= clicked < len(names) ** 2:
        row, column = divmod(clicked, len(names))
        _open(board, board.rows[column].number, board.rows[row].number)


def _open(board: Board, first: int, second: int) -> None:
    if first != second:
        state.go(
            "compare",
            experiment=board.results.id,
            measure=board.measure,
            baseline=board.baseline,
            systems=f"{first},{second}",
        )


def _summary(pairs: Pairs, corrected: Any, test: str, correction: str) -> str:
    above = corrected[np.triu_indices(len(corrected), 1)]
    known = above[~np.isnan(above)]
    found = int((known <= LEVEL).sum())
    how = f"{test} test, two-sided, 5 %; correction over all pairs: {correction}."
    drawn = f" {flips(len(corrected)):,} random swaps." if test == "Randomisation" else ""
    return f"{found:,} of {len(known):,} pairs are separable. {how}{drawn}"


def _show_table(board: Board, pairs: Pairs, test: str, correction: str) -> None:
    ends, columns = pair_columns(board, pairs, test, correction)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("All pairs", anchor=False, width="stretch")
        download_table(columns, f"{board.results.id} pairs {board.measure}")
    chosen = st.dataframe(
        columns,
        column_config=_config(),
        hide_index=True,
        height=460 if len(ends) > 12 else "content",
        key=TABLE,
        on_select="rerun",
        selection_mode="single-cell",
        alt=f"{len(ends)} pairs of systems",
    )
    picked = chosen["selection"]["cells"]
    if picked and picked[0][0] < len(ends):
        better, other = ends[picked[0][0]]
        _open(board, other, better)


def pair_columns(
    board: Board, pairs: Pairs, test: str, correction: str
) -> tuple[list[tuple[int, int]], dict[str, Sequence[Any]]]:
    """Give the pairs, the better system first, and the table; what is least sure stands last."""
    places, rows = _places(board), board.rows
    ends = [(i, j) for i in range(len(rows)) for j in range(i + 1, len(rows))]
    at = tuple(np.array([[places[i], places[j]] for i, j in ends]).T)
    plain = getattr(pairs, f"p_{test}")[at]
    holm, bh = (pairs.p_values(test, name)[at] for name in ("holm", "bh"))
    decides = {"holm": holm, "bh": bh, "none": plain}[correction]
    columns: dict[str, Sequence[Any]] = {
        "First": [rows[i].name for i, _ in ends],
        "Second": [rows[j].name for _, j in ends],
        "Δ": pairs.difference[at].tolist(),
        "Low": pairs.difference_low[at].tolist(),
        "High": pairs.difference_high[at].tolist(),
        "p": plain.tolist(),
        "p Holm": holm.tolist(),
        "p BH": bh.tolist(),
        "Separable": ["—" if p != p else "yes" if p <= LEVEL else "no" for p in decides.tolist()],
        "Effect": pairs.effect[at].tolist(),
        "Wins": pairs.wins[at].tolist(),
        "Ties": pairs.ties[at].tolist(),
        "Losses": pairs.wins[at[::-1]].tolist(),
    }
    order = np.argsort(np.nan_to_num(decides, nan=2.0), kind="stable").tolist()
    numbers = [(rows[ends[place][0]].number, rows[ends[place][1]].number) for place in order]
    return numbers, {name: [values[n] for n in order] for name, values in columns.items()}


def _config() -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    interval = "Of the 95 % paired bootstrap interval of the difference. One comparison alone."
    return {
        "First": text(width=200, help="The one with the higher mean."),
        "Second": text(width=200),
        "Δ": number(format="%+.4f", width=84, help="Difference of the means."),
        "Low": number(format="%+.4f", width=84, help=interval),
        "High": number(format="%+.4f", width=84, help=interval),
        "p": number(format=CHANCE, width=72, help="Before any correction. " + TEST_HELP),
        "p Holm": number(format=CHANCE, width=72, help=CORRECTION_HELP),
        "p BH": number(format=CHANCE, width=72, help=CORRECTION_HELP),
        "Separable": text(width=90, help="At 5 %, by the chosen test and correction."),
        "Effect": number(
            format="%+.2f",
            width=72,
            help="Standardised difference: the mean difference in units of its spread over the "
            "queries (Cohen's d for pairs). 0.2 is often called small, 0.5 medium.",
        ),
        "Wins": number(width=66, help="Queries where the first is better."),
        "Ties": number(width=66, help="Queries where both are equal, to within 1e-9."),
        "Losses": number(width=66, help="Queries where the first is worse."),
    }
