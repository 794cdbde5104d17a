import pyarrow as pa

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.judgement_checks import (
    judgement_findings,
    known_queries_only,
    unique_judgements,
)
from evaluation.collections.records import Judgement
from evaluation.collections.report import Finding, Notes
from evaluation.collections.writing import judgements_table


def findings(**splits: dict[str, dict[str, int]]) -> dict[str, Finding]:
    corpus = corpus_of([(f"d{n}", "", "text") for n in range(1, 4)])
    queries = Queries.of({"q1": "a", "q2": "b", "q3": "c"})
    qrels = {name: Qrels.of_dict(grades) for name, grades in splits.items()}
    found = judgement_findings(Collection("C", corpus, queries, qrels))
    return {finding.check: finding for finding in found}


ALL = {"q1": {"d1": 1}, "q2": {"d2": 1}, "q3": {"d3": 1}}


def test_sound_judgements_are_green() -> None:
    assert {finding.level for finding in findings(test=ALL).values()} == {"green"}


def test_some_judged_documents_that_are_nowhere_are_yellow_and_all_of_them_red() -> None:
    some = findings(test=ALL | {"q1": {"d1": 1, "x1": 1, "x2": 0}})["unknown-documents"]
    assert (some.level, some.count, some.examples) == ("yellow", 2, ("x1", "x2"))
    assert some.what == "Judged documents that are not in the corpus: 2 of 5."
    every = findings(test={"q1": {"x1": 1}})["unknown-documents"]
    assert (every.level, every.count) == ("red", 1)


def test_a_query_judged_in_any_split_is_judged() -> None:
    found = findings(test={"q1": {"d1": 1}}, train={"q2": {"d1": 1}})["unjudged-queries"]
    assert (found.level, found.count, found.examples) == ("yellow", 1, ("q3",))


def test_queries_with_only_zero_and_negative_grades_are_counted_per_split() -> None:
    found = findings(
        test={"q1": {"d1": 0, "d2": -1}, "q2": {"d1": 1}},
        dev={"q1": {"d1": 1}, "q3": {"d1": 0}},
    )
    assert found["no-relevant"].count == 2
    assert found["no-relevant"].examples == ("test: query q1", "dev: query q3")
    assert found["negative-grades"].examples == ("test: query q1, document d2: -1",)


def test_no_judgements_at_all_are_said_to_be_none() -> None:
    assert list(findings()) == ["no-judgements"]
    assert list(findings(test={})) == ["no-judgements"]


def rows(*judgements: tuple[str, str, int]) -> pa.Table:
    return judgements_table(Judgement(*judgement) for judgement in judgements)


def test_a_judgement_that_stands_twice_is_kept_once_in_the_order_of_the_file() -> None:
    notes = Notes()
    table = rows(("q2", "d9", 1), ("q1", "d1", 2), ("q2", "d9", 1), ("q2", "d1", 0))
    qrels, finding = unique_judgements(table, "test", notes)
    assert finding.level == "green"
    assert qrels.table.to_pylist() == [
        {"query_id": "q2", "doc_id": "d9", "relevance": 1},
        {"query_id": "q1", "doc_id": "d1", "relevance": 2},
        {"query_id": "q2", "doc_id": "d1", "relevance": 0},
    ]
    assert [(note.check, note.count) for note in notes.findings()] == [("repeated-judgements", 1)]


def test_the_order_of_many_judgements_is_kept() -> None:
    many = [(f"q{n % 7}", f"d{n * 31 % 1000}", n % 3) for n in range(5_000)]
    expected = dict.fromkeys((query_id, doc_id) for query_id, doc_id, _ in many)
    qrels, _ = unique_judgements(rows(*many), "test", Notes())
    found = zip(*(qrels.table[name].to_pylist() for name in ("query_id", "doc_id")), strict=True)
    assert list(found) == list(expected)


def test_two_grades_for_one_pair_are_red() -> None:
    table = rows(("q1", "d1", 2), ("q1", "d1", 0), ("q1", "d2", 1))
    finding = unique_judgements(table, "dev", Notes())[1]
    assert (finding.level, finding.count) == ("red", 1)
    assert finding.examples == ("query q1, document d1: 0 and 2",)


def test_judgements_of_unknown_queries_are_left_out_and_noted() -> None:
    notes = Notes()
    qrels = Qrels.of_dict({"q1": {"d1": 1}, "x": {"d1": 1, "d2": 1}})
    kept = known_queries_only(qrels, pa.chunked_array([["q1", "q2"]]), "test", notes)
    assert kept.by_query == {"q1": {"d1": 1}}
    assert notes.findings()[0].count == 2
    assert known_queries_only(kept, pa.chunked_array([["q1"]]), "test", notes) is kept
