"""How far the missing judgements could move the leaderboard: could its winner change?"""

from typing import Any

import streamlit as st

from components import aggregates, plot, safe
from components.charts.score_ranges import Range, score_ranges_chart
from components.leaderboard_table import Board, known
from components.result_downloads import download_table
from evaluation.conclusions import Ranges
from evaluation.measures.bounds import has_bounds

WHAT = (
    "The reported mean counts documents that nobody judged as irrelevant. The bar goes from the "
    "lowest to the highest mean over every way in which they could turn out: irrelevant, or "
    "relevant with the highest grade. Only documents in the ranking (down to the cut-off) count."
)
CONDENSED = (
    "The condensed list leaves unjudged documents out before ranks are counted. It is fairer to "
    "systems that nobody pooled, and may flatter them."
)


def show_bounds(board: Board) -> None:
    """Show the range of every mean, the share that is judged, and the pairs at risk."""
    if not has_bounds(board.measure):
        st.info(
            f"No bounds are known for {safe.label(board.measure)}. There are some for nDCG, AP, "
            "RR, P, R and Success; choose one of them above."
        )
        return
    found = aggregates.ranges(board.results, board.measure)
    columns = bound_columns(board, found)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(
                f"{safe.label(board.measure)} and what it could be",
                anchor=False,
                width="stretch",
                help=f"{WHAT} {CONDENSED}",
            )
            download_table(columns, f"{board.results.id} missing judgements {board.measure}")
        ranges = [Range(*row) for row in zip(*_drawn(columns), strict=True)]
        plot.show_plot(
            score_ranges_chart(plot.theme(), ranges, board.measure),
            alt=f"Range of {board.measure} of each system under missing judgements",
        )
    st.markdown(safe.label(verdict_line(board, found), 800))
    st.dataframe(
        columns,
        column_config=_config(board.measure),
        hide_index=True,
        placeholder="",
        alt=f"Bounds of {len(board.rows)} systems",
    )


def _drawn(columns: dict[str, list[Any]]) -> list[list[Any]]:
    names = ("System", "Low", "Reported", "High", "Condensed")
    nan = float("nan")
    return [[nan if v is None else v for v in columns[name]] for name in names]


def bound_columns(board: Board, found: Ranges) -> dict[str, list[Any]]:
    """Give the table, a row per system in the order of the leaderboard."""
    order = {result.number: place for place, result in enumerate(board.results.done)}
    places = [order[row.number] for row in board.rows]

    def column(name: str) -> list[float | None]:
        return [known(float(getattr(found, name)[place])) for place in places]

    return {
        "System": [row.name for row in board.rows],
        "Judged": column("judged"),
        "Low": column("low"),
        "Reported": column("value"),
        "High": column("high"),
        "Condensed": column("condensed"),
        "Lead, least": column("behind_low"),
        "Lead, most": column("behind_high"),
        "Could overtake the best": [_overtakes(found, place) for place in places],
    }


def _overtakes(found: Ranges, place: int) -> str:
    least = float(found.behind_low[place])
    return "" if least != least else "yes" if least < 0 else "no"


def verdict_line(board: Board, found: Ranges) -> str:
    """Say whether another system could be the best."""
    answers = bound_columns(board, found)["Could overtake the best"]
    risky = [row.name for row, one in zip(board.rows, answers, strict=True) if one == "yes"]
    asked = sum(bool(one) for one in answers)
    best = board.results.systems[board.best].name
    if not asked:
        return ""
    if not risky:
        return (
            f"Whatever the unjudged documents are worth, none of the next {asked} overtakes {best}."
        )
    return (
        f"Could the winner change? Yes: with other judgements of what is unjudged, "
        f"{', '.join(risky)} could overtake {best}."
    )


def _config(measure: str) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    lead = (
        "Lead of the system with the highest mean over this one, each unjudged document judged "
        "alike in both. For the five next systems."
    )
    if measure.startswith("AP"):
        lead += " For AP the two are bounded apart, so the ends may be too far out."
    return {
        "Judged": number(
            format="percent",
            width=80,
            help="Share of the hits down to the cut-off that anybody judged, as a mean over the "
            "queries.",
        ),
        "Low": number(format="%.4f", width=80, help=WHAT),
        "Reported": number(format="%.4f", width=86, help=WHAT),
        "High": number(format="%.4f", width=80, help=WHAT),
        "Condensed": number(format="%.4f", width=96, help=CONDENSED),
        "Lead, least": number(format="%+.4f", width=96, help=lead),
        "Lead, most": number(format="%+.4f", width=96, help=lead),
    }
