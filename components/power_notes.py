"""What a number of queries can show, in a sentence: after a run, for the systems at hand."""

import numpy as np

from components import aggregates
from components.comparison_views import Pair
from components.leaderboard_table import Board
from evaluation.measures.power import ALPHA, detectable_difference, needed_queries

HELP = (
    "A difference counts as seen if the test finds it in 8 of 10 repetitions with other queries "
    "of the same kind (power of the paired t-test). How many queries settle a difference takes "
    "it as true, so read that as an order of magnitude."
)


def leaderboard_line(board: Board) -> str:
    """Say what these queries show of a typical pair of neighbours, and what the best two need."""
    pairs = aggregates.pairs(board.results, board.measure)
    order = np.argsort(-pairs.mean, kind="stable")[: int((~np.isnan(pairs.mean)).sum())]
    if len(order) < 2 or pairs.queries < 2:
        return ""
    compared = len(order) * (len(order) - 1) // 2
    alpha = ALPHA / compared
    spread = float(np.median(pairs.deviation[order[:-1], order[1:]]))
    line = (
        f"With these {pairs.queries:,} queries, differences of about "
        f"{detectable_difference(pairs.queries, spread, alpha):.3f} {board.measure} between "
        f"neighbours of this leaderboard can be seen (5 % over {compared:,} "
        f"{'pair' if compared == 1 else 'pairs'})."
    )
    return line + _next_line(board, alpha)


def _next_line(board: Board, alpha: float) -> str:
    """Say what it would take to separate the best from the next of its band."""
    band = sorted(
        (row for row in board.band if row.number != board.best),
        key=lambda row: -board.standings[row.number].mean,
    )
    if not band:
        return ""
    order = {result.number: place for place, result in enumerate(board.results.done)}
    pairs = aggregates.pairs(board.results, board.measure)
    place = order[board.best], order[band[0].number]
    observed, deviation = float(pairs.difference[place]), float(pairs.deviation[place])
    names = f"{board.results.systems[board.best].name} and {band[0].name}"
    needed = needed_queries(observed, deviation, alpha)
    if needed is None:
        return f" {names} do not differ in the mean, so no number of queries is enough."
    return (
        f" To settle the observed {observed:.3f} between {names}, about {about(needed)} queries "
        "like these are needed."
    )


def pair_line(pair: Pair) -> str:
    """Say what these queries can show for two systems, and what the observed difference needs."""
    values = pair.differences.values
    if len(values) < 2 or np.isnan(values).any():
        return ""
    deviation, observed = float(values.std(ddof=1)), float(values.mean())
    seen = detectable_difference(len(values), deviation)
    needed = needed_queries(observed, deviation)
    if needed is None:
        return "The two have the same mean, so no number of queries tells them apart."
    return (
        f"With these {len(values):,} queries, differences of about {seen:.3f} {pair.measure} "
        f"between the two can be seen; to settle the observed {abs(observed):.3f}, about "
        f"{about(needed)} are needed."
    )


def about(count: int) -> str:
    """Write a number of queries with two digits that mean something."""
    if count < 100:
        return str(count)
    step = 10 ** (len(str(count)) - 2)
    return f"{-(-count // step) * step:,}"
