"""The leaderboard as a table: systems, how good, how sure, how fast; rows can be selected."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import aggregates, state
from components.leaderboard_columns import column_config
from evaluation.comparison import least_grade
from evaluation.leaderboard import Standing, Verdict
from evaluation.store import Results, SystemResult

MARKS = {
    Verdict.BASELINE: "baseline",
    Verdict.BETTER: "▲ better",
    Verdict.WORSE: "▼ worse",
    Verdict.OPEN: "no",
    Verdict.BLOCKED: "failed",
}
Columns = dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class Board:
    """The finished systems of an experiment, best first, by one measure.

    Attributes:
        results: the experiment.
        measure: which decides the order; "" without judgements (then as in the experiment).
        baseline: number of the system the others are compared with.
        rows: the finished systems, in the order of the table.
        standings: by system number; empty without judgements.
        by_cost: whether the fastest of the band stand first.
    """

    results: Results
    measure: str
    baseline: int
    rows: list[SystemResult]
    standings: dict[int, Standing]
    by_cost: bool = False

    @property
    def best(self) -> int:
        """The system with the highest mean; the first row where no mean is known."""
        known = [one for one in self.standings.values() if one.mean == one.mean]
        return max(known, key=lambda one: one.mean).number if known else self.rows[0].number

    @property
    def top(self) -> float:
        """The highest mean, at least 1: where bars end."""
        return max([1.0, *(one.mean for one in self.standings.values() if one.mean == one.mean)])

    @property
    def band(self) -> list[SystemResult]:
        """The systems that cannot be separated from the best, itself included."""
        return [row for row in self.rows if row.number in self.standings and self._in(row)]

    def _in(self, row: SystemResult) -> bool:
        return self.standings[row.number].in_band

    @property
    def least(self) -> int:
        """The grade from which the measure counts a document as relevant."""
        return least_grade(self.measure)

    @property
    def other_measures(self) -> list[str]:
        """The experiment's measures beside the one shown first."""
        return [name for name in self.results.experiment.measures if name != self.measure]


def board_of(results: Results, baseline: int, measure: str) -> Board:
    """Order the finished systems by a measure; those without a mean stand last.

    Where the address asks for it, the systems that may be the best stand in order of latency.
    """
    if not measure:
        return Board(results, "", baseline, results.done, {})
    found = aggregates.standings(results, measure, baseline)
    by_cost = state.here("order") == "cost"
    rows = sorted(results.done, key=lambda row: _place(row, found[row.number], by_cost))
    return Board(results, measure, baseline, rows, found, by_cost)


def _place(row: SystemResult, standing: Standing, by_cost: bool) -> tuple[float, ...]:
    """Give what a system is sorted by, smallest first."""
    unknown = standing.mean != standing.mean
    if by_cost and standing.in_band:
        latency = row.figures.get("latency_p50_ms")
        return unknown, False, latency is None, latency or 0.0
    return unknown, by_cost, False, -standing.mean


def show_table(board: Board) -> list[int]:
    """Show the table; gives the numbers of the selected systems, in the order of the table."""
    numbers = [row.number for row in board.rows]
    wanted = state.numbers("systems")
    key = state.widget_key(f"leaderboard {board.results.id} {numbers}")
    ticked = [place for place, number in enumerate(numbers) if number in wanted]
    chosen = st.dataframe(
        table_columns(board),
        column_config=column_config(board.rows, board.measure, board.other_measures, board.top),
        hide_index=True,
        height="content" if len(numbers) <= 20 else 760,
        row_height=38,
        key=key,
        placeholder="",
        on_select=lambda: _remember(key, numbers),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        alt=f"Leaderboard of {len(numbers)} systems",
    )
    return [numbers[row] for row in chosen["selection"]["rows"] if row < len(numbers)]


def _remember(key: str, numbers: list[int]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    state.put(systems=",".join(str(numbers[row]) for row in rows if row < len(numbers)))


def table_columns(board: Board) -> Columns:
    """Give the table as columns, best system first."""
    columns: Columns = _band_columns(board) if board.measure else {}
    columns |= {
        "System": [row.name for row in board.rows],
        # the last stage first: it tells systems apart, and a narrow column cuts the others off
        "Kind": [row.system.facets()[::-1] for row in board.rows],
    }
    if board.measure:
        columns |= _quality_columns(board)
    figures = [row.figures for row in board.rows]
    columns["p50 ms"] = [one.get("latency_p50_ms") for one in figures]
    columns["p95 ms"] = [one.get("latency_p95_ms") for one in figures]
    columns["Index"] = [one.get("index_bytes") or None for one in figures]
    columns["Documents/s"] = [one.get("documents_per_second") for one in figures]
    return {name: values for name, values in columns.items() if any(v is not None for v in values)}


def _band_columns(board: Board) -> Columns:
    standings = [board.standings[row.number] for row in board.rows]
    return {
        "Rank": [_span(one.ranks) for one in standings],
        "Band": [
            [] if not one.in_band else ["best"] if one.number == board.best else ["may be best"]
            for one in standings
        ],
    }


def _span(ranks: tuple[int, int] | None) -> str:
    """Write an interval of ranks."""
    if ranks is None:
        return "—"
    return str(ranks[0]) if ranks[0] == ranks[1] else f"{ranks[0]}-{ranks[1]}"


def _quality_columns(board: Board) -> Columns:
    standings = [board.standings[row.number] for row in board.rows]
    numbers = [row.number for row in board.rows]
    columns: Columns = {
        board.measure: [known(standing.mean) for standing in standings],
        "± 95 %": [half(one.low, one.high) for one in standings],
        "Δ baseline": [known(one.difference) for one in standings],
        "Δ ± 95 %": [half(one.difference_low, one.difference_high) for one in standings],
        "Separable": [MARKS[standing.verdict] for standing in standings],
    }
    for measure in board.other_measures:
        columns[measure] = [known(aggregates.mean(board.results, n, measure)) for n in numbers]
    columns["Recall by depth"] = [
        aggregates.recall_curve(board.results, n, board.least).tolist() for n in numbers
    ]
    columns["Per query"] = [aggregates.histogram(board.results, n, board.measure) for n in numbers]
    return columns


def known(value: float) -> float | None:
    """Give a number, or None where it is not known."""
    return value if value == value else None


def half(low: float, high: float) -> float | None:
    """Give half the width of an interval; None where it is not known."""
    return known((high - low) / 2)
