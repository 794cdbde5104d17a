"""Bounds against brute force: every way to judge the open documents, one by one."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.errors import InputError
from evaluation.measures.bounds import bounds_of, gain_bounds, has_bounds
from evaluation.measures.measures import evaluate
from evaluation.run import Run

MEASURES = (
    "nDCG@4", "nDCG", "nDCG(dcg='exp-log2')@4", "AP", "AP(rel=2)@4", "RR@4", "RR", "P@4", "R@4",
    "R(rel=2)@3", "Success@3",
)  # fmt: skip
Grades = dict[str, dict[str, int]]
DOCUMENTS = [f"d{n}" for n in range(9)]


def random_case(random: np.random.Generator) -> tuple[Run, Run, Grades]:
    """Two rankings of up to six documents for three queries, some judged, with any grades."""
    queries = ["q1", "q2", "q3"]
    runs = []
    for _ in range(2):
        lists = {}
        for query in queries:
            order = random.permutation(DOCUMENTS)[: random.integers(0, 7)]
            lists[query] = [(str(doc), 10.0 - place) for place, doc in enumerate(order)]
        runs.append(Run.from_lists(lists))
    grades: Grades = {query: {} for query in queries}
    for query in queries:
        for doc in [*DOCUMENTS, "other1", "other2"]:
            if random.random() < 0.55:
                grades[query][doc] = int(random.integers(-1, 3))
        grades[query].setdefault("other1", 0)
    return runs[0], runs[1], grades


def judged_every_way(
    lists: Sequence[Sequence[str]], grades: Mapping[str, int], top: int
) -> Iterator[dict[str, int]]:
    unjudged = sorted({doc for ranking in lists for doc in ranking if doc not in grades})
    for answers in itertools.product((0, top), repeat=len(unjudged)):
        yield {**grades, **dict(zip(unjudged, answers, strict=True))}


def value(run: Run, query: str, grades: dict[str, int], measure: str) -> float:
    return float(evaluate(run, Qrels.of_dict({query: grades}), [measure], [query])[measure][0])


def head(run: Run, query: str, measure: str) -> list[str]:
    """The documents down to the cut-off."""
    depth = int(measure.rpartition("@")[2]) if "@" in measure else None
    return [doc for doc, _ in run.hits(query, depth)]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_ends_are_the_extremes_over_every_way_to_judge(measure: str) -> None:
    random = np.random.default_rng()
    for _ in range(4):
        run, _, grades = random_case(random)
        top = max(1, max(grade for judged in grades.values() for grade in judged.values()))
        top = max(top, 2) if "rel=2" in measure else top
        found = bounds_of(run, Qrels.of_dict(grades), measure, list(grades))
        for place, (query, judged) in enumerate(grades.items()):
            ways = judged_every_way([head(run, query, measure)], judged, top)
            values = [value(run, query, way, measure) for way in ways]
            assert found.low[place] == pytest.approx(min(values), abs=1e-9)
            assert found.high[place] == pytest.approx(max(values), abs=1e-9)
            assert found.value[place] == pytest.approx(value(run, query, judged, measure))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_difference_is_bounded_with_each_document_judged_alike_in_both(measure: str) -> None:
    random = np.random.default_rng()
    for _ in range(4):
        first, second, grades = random_case(random)
        top = max(1, max(grade for judged in grades.values() for grade in judged.values()))
        top = max(top, 2) if "rel=2" in measure else top
        found = gain_bounds(first, second, Qrels.of_dict(grades), measure, list(grades))
        for place, (query, judged) in enumerate(grades.items()):
            lists = [head(run, query, measure) for run in (first, second)]
            gains = [
                value(second, query, way, measure) - value(first, query, way, measure)
                for way in judged_every_way(lists, judged, top)
            ]
            if found.tight:
                assert found.low[place] == pytest.approx(min(gains), abs=1e-9)
                assert found.high[place] == pytest.approx(max(gains), abs=1e-9)
            else:
                assert found.low[place] <= min(gains) + 1e-9
                assert found.high[place] >= max(gains) - 1e-9


def test_equal_rankings_never_differ_however_much_is_unjudged() -> None:
    run = Run.from_lists({"q": [(f"u{n}", -n) for n in range(10)]})
    for measure in ("nDCG@10", "P@10", "RR@10", "R@10", "Success@5"):
        found = gain_bounds(run, run, Qrels.of_dict({"q": {"x": 1}}), measure, ["q"])
        assert (found.low[0], found.high[0]) == (0, 0)


def test_by_hand() -> None:
    run = Run.from_lists({"q": [("a", 3.0), ("open", 2.0), ("b", 1.0)]})
    found = bounds_of(run, Qrels.of_dict({"q": {"a": 0, "b": 1}}), "RR@3", ["q"])
    # b at rank 3; the open document at rank 2 may be relevant; without it b stands at rank 2
    assert (found.low[0], found.high[0], found.condensed[0]) == pytest.approx((1 / 3, 1 / 2, 1 / 2))
    assert found.judged[0] == pytest.approx(2 / 3)


def test_a_failed_query_has_no_bounds() -> None:
    run = Run.from_lists({"q": [("a", 1.0)]})
    run = Run(run.query_ids, run.doc_ids, run.offsets, run.documents, run.scores, frozenset({"q"}))
    assert np.isnan(bounds_of(run, Qrels.of_dict({"q": {"a": 1}}), "P@1", ["q"]).low[0])


@pytest.mark.parametrize("measure", ["Judged@10", "nDCG(judged_only=True)@10", "Bpref"])
def test_measures_without_bounds_are_refused(measure: str) -> None:
    assert not has_bounds(measure)
    with pytest.raises(InputError, match="no bounds"):
        bounds_of(Run.from_lists({}), Qrels.of_dict({"q": {"a": 1}}), measure, ["q"])
