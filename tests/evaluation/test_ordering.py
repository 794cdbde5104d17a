import random

import numpy as np
import pyarrow as pa
import pytest

from evaluation.errors import InputError
from evaluation.ordering import IdOrder, TieRule, order_hits, order_ties

Row = tuple[int, int, float]
SCORES = [0.0, -0.0, 1.0, 1 + 1e-9, -1.0, -2.5, 3e30, 1e-45, 20.0, 20.00000001]


def ordered(ids: list[str], rows: list[Row], queries: int = 9) -> list[Row]:
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    hits = tuple(np.array(column) for column in columns)
    found = order_hits(queries, pa.array(ids, pa.string()), hits)  # type: ignore[arg-type]
    return list(zip(*(column.tolist() for column in found), strict=True))


def by_hand(ids: list[str], rows: list[Row]) -> list[Row]:
    best: dict[tuple[int, int], float] = {}
    for query, document, score in rows:
        single = float(np.float32(score))
        best[query, document] = max(single, best.get((query, document), single))
    found = [(query, document, score) for (query, document), score in best.items()]
    found.sort(key=lambda row: ids[row[1]].encode(), reverse=True)
    return sorted(found, key=lambda row: (row[0], -row[2]))


@pytest.mark.parametrize("prepared", ["shuffled", "by query", "in order"])
def test_random_hits_are_ordered_as_plain_python_orders_them(prepared: str) -> None:
    chosen = random.Random()
    names = [f"{a}{b}" for a in ("a", "B", "é", "0", "zz") for b in ("", "x", "10", "9", "ß")]
    for _ in range(300):
        ids = chosen.sample(names, chosen.randint(1, 12))
        rows = [
            (
                chosen.randrange(5),
                chosen.randrange(len(ids)),
                chosen.choice([*SCORES, chosen.random()]),
            )
            for _ in range(chosen.randint(0, 40))
        ]
        if prepared == "by query":
            rows.sort(key=lambda row: row[0])
        if prepared == "in order":
            rows.sort(key=lambda row: (row[0], -row[2]))
        assert ordered(ids, rows) == by_hand(ids, rows)


def test_the_order_of_all_ids_breaks_ties_as_that_of_those_that_tie() -> None:
    ids = pa.array(["10", "9", "Z", "a", "é", "unused"])
    hits = np.zeros(4, int), np.array([0, 4, 2, 1]), np.array([1.0, 1.0, 2.0, 1.0])
    with_all = order_hits(1, ids, hits, IdOrder.of_all(ids))
    assert [column.tolist() for column in with_all] == [
        column.tolist() for column in order_hits(1, ids, hits)
    ]


def test_scores_that_are_equal_in_single_precision_tie() -> None:
    # trec_eval reads 20.00000001 and 20.0 as the same number
    assert [row[1] for row in ordered(["b", "a"], [(0, 1, 20.00000001), (0, 0, 20.0)])] == [0, 1]


def test_ties_are_broken_by_the_bytes_of_the_ids_descending() -> None:
    ids = ["10", "9", "Z", "a", "é"]
    assert [ids[row[1]] for row in ordered(ids, [(0, n, 1.0) for n in range(5)])] == [
        "é", "a", "Z", "9", "10",
    ]  # fmt: skip


def test_of_a_repeated_document_the_best_hit_stays() -> None:
    rows = [(0, 0, 1.0), (0, 1, 3.0), (0, 0, 5.0), (1, 0, 2.0), (0, 0, 5.0)]
    assert ordered(["a", "b"], rows) == [(0, 0, 5.0), (0, 1, 3.0), (1, 0, 2.0)]


def test_a_repetition_is_found_among_queries_of_any_length() -> None:
    for length in range(2, 30):
        others = [(0, n, -float(n)) for n in range(50)] + [(1, n, -float(n)) for n in range(length)]
        rows = [*others, (1, length - 1, -999.0), (2, 3, 1.0)]
        assert len(ordered([f"d{n}" for n in range(50)], rows)) == len(rows) - 1


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -float("inf"), 1e39])
def test_a_score_that_is_not_finite_is_refused_with_its_place(score: float) -> None:
    with pytest.raises(InputError, match=r"^Hit 2 of the run has the score .* finite"):
        ordered(["a", "b"], [(0, 0, 1.0), (0, 1, score)])


def test_hits_that_are_given_are_not_changed() -> None:
    hits = np.array([1, 0, 0]), np.array([0, 1, 0]), np.array([1.0, 2.0, 2.0])
    for column in hits:
        column.setflags(write=False)
    order_hits(2, pa.array(["a", "b"]), hits)


def test_no_hits_are_no_fault() -> None:
    assert ordered(["a"], []) == []
    assert ordered([], [], 0) == []


HITS = [("d", 2.0), ("c", 2.0), ("b", 2.0), ("a", 1.0)]
GRADES = {"c": 2, "b": -1, "a": 3}


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (TieRule.DESCENDING, "dcba"),
        (TieRule.ASCENDING, "bcda"),
        (TieRule.BEST, "cdba"),  # unjudged d and negative b are worth the same and stay in order
        (TieRule.WORST, "dbca"),
    ],
)
def test_another_tie_rule_moves_documents_of_equal_score_only(rule: TieRule, order: str) -> None:
    ordered = order_ties(HITS, rule, GRADES)
    assert "".join(doc_id for doc_id, _ in ordered) == order
    assert [score for _, score in ordered] == [2, 2, 2, 1]
