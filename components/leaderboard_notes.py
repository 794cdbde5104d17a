"""How to read a leaderboard: over which queries, with which statistics, how ties are broken."""

from components.leaderboard_table import Board
from evaluation.leaderboard import Verdict
from evaluation.measures.significance import RESAMPLES
from evaluation.metering import WITHOUT_VECTOR
from evaluation.store import Results

TIES = "Equal scores are ordered by document id, descending (as in trec_eval)."


def caption(results: Results, name: str) -> str:
    """Say in one line what the leaderboard is of: collection, split, systems, statistics."""
    parts = [
        name,
        results.experiment.split or "no judgements",
        f"{len(results.query_ids):,} queries",
        f"{len(results.systems)} systems",
    ]
    return " · ".join(parts)


def reading(board: Board) -> list[str]:
    """Say in sentences how the figures came about."""
    if not board.measure:
        return ["This experiment has no judgements, so nothing can be said about quality.", TIES]
    count = len(board.results.query_ids)
    compared = sum(one.p == one.p for one in board.standings.values())
    lines = [
        f"Means are over all {count:,} judged queries; a query without hits counts as 0.",
        f"Intervals: 95 %, paired bootstrap over the queries, {RESAMPLES:,} resamples, "
        f"seed {board.results.experiment.seed}.",
        f"Separable: paired randomisation test against the baseline, two-sided, 5 % after Holm's "
        f"correction over {compared} comparisons.",
        "Ranks: simultaneous 95 % paired-bootstrap intervals of the differences to all others, and "
        "at least what the test of all pairs leaves open. Band: the same test against the best, "
        "after Holm's correction over all pairs.",
        TIES,
    ]
    blocked = [one for one in board.standings.values() if one.failed]
    for one in blocked:
        name = board.results.systems[one.number].name
        lines.append(
            f"{name} did not answer {one.failed:,} of {count:,} queries, so it has no mean and no "
            f"verdict: a failed query is neither 0 nor left out."
        )
    for result in board.results.done:
        if without := (result.figures.get("spent") or {}).get(WITHOUT_VECTOR):
            lines.append(
                f"{result.name}: {without:,} documents have no vector in the given set, so they "
                "are never found."
            )
    if any(one.verdict is Verdict.OPEN for one in board.standings.values()):
        lines.append("Not separable is not the same as equal: more queries could tell them apart.")
    return lines
