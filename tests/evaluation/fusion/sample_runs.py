"""Random runs over common queries, and their fusion in plain Python."""

import numpy as np

from evaluation.run import Run

Ranking = list[tuple[str, float]]


def random_runs(count: int, queries: int = 12, documents: int = 30) -> list[Run]:
    """Runs with different documents, lengths from none up, and ties."""
    random = np.random.default_rng()
    runs = []
    for _ in range(count):
        rankings: dict[str, Ranking] = {}
        for query in range(queries):
            drawn = random.permutation(documents)[: random.integers(0, documents)]
            scores = random.choice([0.5, 1.5, -2.0, random.normal()], len(drawn))
            rankings[f"q{query}"] = [
                (f"d{doc}", float(score)) for doc, score in zip(drawn, scores, strict=True)
            ]
        runs.append(Run.from_lists(rankings))
    return runs


def ranked(scores: dict[str, float], depth: int) -> Ranking:
    """Order by score in single precision, then by document id, both descending."""
    single = {doc_id: float(np.float32(score)) for doc_id, score in scores.items()}
    return sorted(single.items(), key=lambda hit: (hit[1], hit[0]), reverse=True)[:depth]
