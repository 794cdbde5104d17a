import statistics

import pytest

from evaluation.errors import InputError
from evaluation.fusion.weighted import NORMALISERS, WeightedSum
from evaluation.run import Run
from tests.evaluation.fusion.sample_runs import random_runs, ranked


def scaled(scores: dict[str, float], normaliser: str) -> dict[str, float]:
    values = list(scores.values())
    if normaliser == "none" or not values:
        return scores
    if normaliser == "min-max":
        low, span = min(values), max(values) - min(values)
        return {doc_id: (s - low) / span if span else 0.5 for doc_id, s in scores.items()}
    mean, deviation = statistics.fmean(values), statistics.pstdev(values)
    return {doc_id: (s - mean) / deviation if deviation else 0.0 for doc_id, s in scores.items()}


@pytest.mark.parametrize("normaliser", NORMALISERS)
@pytest.mark.parametrize("weights", ["", "0.2, 0.3, 1.5"])
def test_random_runs_fuse_as_in_plain_python(normaliser: str, weights: str) -> None:
    runs = random_runs(3)
    numbers = [0.2, 0.3, 1.5] if weights else [1 / 3] * 3
    fused = WeightedSum(weights=weights, normaliser=normaliser).fuse(runs, 100)
    for query_id in runs[0].query_ids:
        columns = [scaled(dict(run.hits(query_id)), normaliser) for run in runs]
        found = {doc_id for column in columns for doc_id in column}
        scores = {
            doc_id: sum(
                weight * column.get(doc_id, min(column.values(), default=0.0))
                for weight, column in zip(numbers, columns, strict=True)
            )
            for doc_id in found
        }
        assert dict(fused.hits(query_id)) == pytest.approx(scores, rel=1e-5, abs=1e-6)
        assert fused.hits(query_id) == ranked(dict(fused.hits(query_id)), 100)


def test_a_document_that_a_run_did_not_return_gets_its_lowest_score() -> None:
    first = Run.from_lists({"q": [("a", 10.0), ("b", 6.0), ("c", 2.0)]})
    second = Run.from_lists({"q": [("b", 0.9), ("d", 0.4)]})
    fused = dict(WeightedSum(weights="1, 1").fuse([first, second], 10).hits("q"))
    expected = {"a": 1.0 + 0.0, "b": 0.5 + 1.0, "c": 0.0 + 0.0, "d": 0.0 + 0.0}
    assert fused == pytest.approx(expected)


@pytest.mark.parametrize("weights", ["a, b", "0.1; 0.2", "nan, 1", "inf"])
def test_weights_that_are_no_numbers_are_refused_at_once(weights: str) -> None:
    with pytest.raises(InputError, match=r"weights is .* Give numbers separated by commas"):
        WeightedSum(weights=weights)


def test_there_must_be_one_weight_per_input() -> None:
    with pytest.raises(InputError, match="3 weights for 2 inputs"):
        WeightedSum(weights="1, 2, 3").fuse(random_runs(2), 10)
