"""How fast rankings are fused and cut, beside plain Python over dictionaries.

    python -m benchmarks.list_speed [queries]

Two random runs of 1,000 documents per query, from 50,000; the other side has them as dictionaries
already. Both give the same rankings (checked). Processor time, best of three.
"""

import sys
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from benchmarks.feedback_speed import best
from evaluation.cutoffs.adaptive import AdaptiveCutoff
from evaluation.fusion.rrf import ReciprocalRank
from evaluation.fusion.weighted import WeightedSum
from evaluation.run import Run

DOCUMENTS, DEPTH = 50_000, 1000
CUT = AdaptiveCutoff()
Ranking = dict[str, float]
Rankings = dict[str, Ranking]


def main(queries: int) -> None:
    """Draw runs, compare, print."""
    random = np.random.default_rng(1)
    runs = [drawn(random, queries) for _ in range(2)]
    plain = [held(run) for run in runs]
    print(f"{queries:,} queries, 2 x {DEPTH:,} documents, ms per query:")
    compare("reciprocal rank", lambda: ReciprocalRank().fuse(runs, DEPTH), lambda: rrf(plain))
    compare("weighted sum", lambda: WeightedSum().fuse(runs, DEPTH), lambda: weighted(plain))
    compare("adaptive cut-off", lambda: CUT.cut(runs[0], DEPTH), lambda: cut(plain[0]))


def drawn(random: np.random.Generator, queries: int) -> Run:
    """Give a run of random documents, with scores that no two share."""
    names = pa.array([f"d{row:05}" for row in range(DOCUMENTS)])
    rows = [random.choice(DOCUMENTS, DEPTH, replace=False) for _ in range(queries)]
    scores = random.permutation(queries * DEPTH).astype(np.float32)
    codes = np.repeat(np.arange(queries), DEPTH)
    hits = (codes, np.concatenate(rows), scores)
    return Run.from_hits([f"q{number}" for number in range(queries)], names, hits)


def held(run: Run) -> Rankings:
    """Hold a run as dictionaries, best first."""
    return {query: dict(run.hits(query)) for query in run.query_ids}


def compare(name: str, ours: Callable[[], Run], other: Callable[[], Rankings]) -> None:
    """Time both sides, and make sure that they agree."""
    seconds, run = best(ours)
    theirs, expected = best(other)
    for query in run.query_ids:
        mine, wanted = dict(run.hits(query)), expected[query]
        apart = [abs(mine[doc] - wanted[doc]) for doc in mine.keys() & wanted.keys()]
        if len(mine) != len(wanted) or max(apart, default=0.0) > 1e-3:
            sys.exit(f"{name}, query {query}: the two rankings differ.")
    each = 1000 / len(run.query_ids)
    print(f"  {name}: ours {seconds * each:.3f}, dictionaries {theirs * each:.3f}", end=" ")
    print(f"({theirs / seconds:.1f} times)")


def rrf(runs: list[Rankings]) -> Rankings:
    """Add up reciprocal ranks."""
    found = {}
    for query in runs[0]:
        scores: Ranking = {}
        for run in runs:
            for rank, doc_id in enumerate(run[query], 1):
                scores[doc_id] = scores.get(doc_id, 0.0) + 1 / (60 + rank)
        found[query] = ordered(scores)
    return found


def weighted(runs: list[Rankings]) -> Rankings:
    """Add up min-max scores, half and half."""
    found = {}
    for query in runs[0]:
        scores: Ranking = {}
        for run in runs:
            low, high = min(run[query].values()), max(run[query].values())
            for doc_id, score in run[query].items():
                scores[doc_id] = scores.get(doc_id, 0.0) + 0.5 * (score - low) / (high - low)
        found[query] = ordered(scores)
    return found


def cut(run: Rankings) -> Rankings:
    """Keep what has a share of the best score."""
    found = {}
    for query, ranking in run.items():
        least = CUT.theta * max(ranking.values())
        found[query] = {doc_id: score for doc_id, score in ranking.items() if score >= least}
    return found


def ordered(scores: Ranking) -> Ranking:
    """Give the best, highest first; of equal ones the greater id, as our one tie rule says."""
    hits = sorted(scores.items(), key=lambda hit: (hit[1], hit[0]), reverse=True)
    return dict(hits[:DEPTH])


if __name__ == "__main__":
    main(*[int(number) for number in sys.argv[1:2]] or [500])
