"""Mistakes seen in other tools that belong to no single module; each names where."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.across import across
from evaluation.collections.collection import Qrels
from evaluation.collections.trec_run import read_run
from evaluation.comparison import contrast, differences, flips, spread
from evaluation.fusion.rrf import ReciprocalRank
from evaluation.fusion.weighted import WeightedSum
from evaluation.gate.verdict import Rule, judge
from evaluation.leaderboard import histogram, standings
from evaluation.measures.agreement import mean_overlaps, top_lists
from evaluation.measures.best_order import best_values
from evaluation.measures.bounds import bounds_of, gain_bounds
from evaluation.measures.curves import recall_curve
from evaluation.measures.measures import evaluate
from evaluation.measures.pairs import compare_all
from evaluation.measures.ties import tie_effect
from evaluation.pareto import Cost, trade_offs
from evaluation.run import Run
from evaluation.slices.effects import effects
from evaluation.slices.feature import Feature, slices_of
from evaluation.tuning import tune
from tests.evaluation.fusion.sample_runs import random_runs

Values = npt.NDArray[np.float64]
SYSTEMS, QUERIES = 4, 30


def table(columns: list[Values]) -> Values:
    values = np.column_stack(columns)
    values.setflags(write=False)
    return values


CONCLUSIONS: dict[str, Callable[[list[Values]], object]] = {
    "standings": lambda columns: standings(dict(enumerate(columns)), 0, 1),
    "all pairs": lambda columns: compare_all([table(columns)], 1),
    "differences": lambda columns: differences(columns[0], columns[1]),
    "spread": spread,
    "flips": flips,
    "histogram": lambda columns: histogram(columns[0]),
    "gate": lambda columns: judge("all", columns[0], columns[1], Rule(-0.01)),
    "across": lambda columns: across([[column] for column in columns]),
    "tuning": lambda columns: tune(table(columns), SYSTEMS, 0, 3),
    "slices": lambda columns: effects(
        columns[0], columns[1], slices_of(Feature("f", "F", "", numbers=columns[2])), 1, 5
    ),
    "cost": lambda columns: trade_offs(
        dict(enumerate(columns)), {n: Cost(1.0 + n) for n in range(SYSTEMS)}, 1
    ),
}


@pytest.mark.parametrize("name", CONCLUSIONS)
def test_no_conclusion_changes_the_values_it_is_drawn_from(name: str) -> None:
    # BEIR's evaluate removes entries from the dictionary that it is given
    random = np.random.default_rng()
    columns = list(random.random((SYSTEMS, QUERIES)).round(2))
    columns[1][3] = columns[0][3] + 1e-12  # a tie that is drawn to zero
    before = [column.copy() for column in columns]
    for column in columns:
        column.setflags(write=False)
    CONCLUSIONS[name](columns)
    assert all(map(np.array_equal, columns, before))


def test_fusing_and_comparing_rankings_changes_none_of_them() -> None:
    runs = random_runs(3)
    for run in runs:
        for array in (run.offsets, run.documents, run.scores):
            array.setflags(write=False)
    before = [dict(run) for run in runs]
    qrels = Qrels.of_dict({f"q{q}": {f"d{d}": d % 3 for d in range(20)} for q in range(12)})
    grades, ids = {q: dict(judged) for q, judged in qrels.by_query.items()}, qrels.query_ids
    for fusion in (ReciprocalRank(), WeightedSum(weights="0.2, 0.3, 0.5")):
        fusion.fuse(runs, 10)
    contrast(runs, "q1", qrels.by_query["q1"], 5)
    mean_overlaps(top_lists(runs, ids))
    for measure in ("nDCG@5", "AP", "RR"):
        bounds_of(runs[0], qrels, measure, ids)
        gain_bounds(runs[0], runs[1], qrels, measure, ids)
        best_values(runs[0], qrels, measure, ids)
        tie_effect(runs[0], qrels, measure)
    recall_curve(runs[0], qrels, ids, [1, 10], 1)
    assert [dict(run) for run in runs] == before
    assert qrels.by_query == grades


def test_what_is_found_twice_is_counted_once_after_fusion() -> None:
    # llama_index 22683: repeated ids push measures above 1
    runs = random_runs(4)
    for fusion in (ReciprocalRank(), WeightedSum()):
        fused = fusion.fuse([*runs, runs[0]], 100)
        for query_id in fused.query_ids:
            found = [doc_id for doc_id, _ in fused.hits(query_id)]
            assert len(found) == len(set(found))
        grades = {q: {f"d{d}": 1 for d in range(5)} for q in fused.query_ids}
        names = ["nDCG@5", "AP", "R@5", "P@5"]
        values = evaluate(fused, Qrels.of_dict(grades), names, fused.query_ids)
        assert max(column.max() for column in values.values()) <= 1


def test_a_constant_scorer_gains_nothing_by_the_order_of_its_file(tmp_path: Path) -> None:
    # mteb 5092: what stands first in the file counted as the best
    qrels = Qrels.of_dict({f"q{q}": {f"d{(q * 7) % 10}": 1} for q in range(10)})

    def values(order: Callable[[int, int], int]) -> list[float]:
        lines = []
        for q in range(10):
            ranked = sorted((order(q, d), d) for d in range(10))
            lines += [f"q{q} Q0 d{d} {rank} 1.0 t\n" for rank, (_, d) in enumerate(ranked, 1)]
        (tmp_path / "run.trec").write_text("".join(lines))
        run = read_run(tmp_path / "run.trec")
        found: list[float] = evaluate(run, qrels, ["RR"], qrels.query_ids)["RR"].tolist()
        return found

    relevant_first = values(lambda q, d: d != (q * 7) % 10)
    assert relevant_first == values(lambda q, d: d == (q * 7) % 10) == values(lambda q, d: d)
    # by document id, descending: d9 stands first, so the relevant d0 of q0 stands last
    assert relevant_first[0] == 1 / 10


def test_a_mean_of_thirds_is_as_exact_in_the_leaderboard_as_in_arithmetic() -> None:
    # OpenSearch search relevance rounds each query to two digits before it averages
    runs = [Run.from_lists({f"q{q}": [(f"d{d}", -float(d)) for d in range(3)] for q in range(7)})]
    qrels = Qrels.of_dict({f"q{q}": {f"d{q % 3}": 1} for q in range(7)})
    values = evaluate(runs[0], qrels, ["RR", "P@3"], qrels.query_ids)
    ranks = [1, 2, 3, 1, 2, 3, 1]
    assert standings({0: values["RR"]}, 0, 1)[0].mean == pytest.approx(
        sum(1 / rank for rank in ranks) / 7, rel=1e-15
    )
    assert standings({0: values["P@3"]}, 0, 1)[0].mean == pytest.approx(1 / 3, rel=1e-15)
