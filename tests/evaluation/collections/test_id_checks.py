import pyarrow as pa
import pytest

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.id_checks import drifted, id_findings
from evaluation.collections.report import Finding


def findings(doc_ids: list[str], judged: list[str], query_ids: list[str]) -> dict[str, Finding]:
    corpus = corpus_of([(doc_id, "", "text") for doc_id in doc_ids])
    columns = {name: pa.array(query_ids, pa.string()) for name in ("query_id", "text")}
    qrels = Qrels.of_dict({"q1": dict.fromkeys(judged, 1)})
    collection = Collection("C", corpus, Queries(pa.table(columns)), {"test": qrels})
    return {finding.check: finding for finding in id_findings(collection)}


@pytest.mark.parametrize(
    ("used", "known"),
    [
        ("007", "7"),
        ("7", "007"),
        ("7.0", "7"),
        ("7", "7.00"),
        (" d1", "d1"),
        ("d1\u00a0", "d1"),
        ("D1", "d1"),
        ("0", "000"),
        ("MED-01", "med-01"),
    ],
)
def test_ids_that_differ_only_in_writing_are_paired(used: str, known: str) -> None:
    assert drifted(pa.array([used]), pa.array(["other", known])) == [(used, known)]


@pytest.mark.parametrize(("used", "known"), [("70", "7"), ("7.5", "7"), ("d10", "d1"), ("0", "")])
def test_different_ids_are_not_paired(used: str, known: str) -> None:
    assert drifted(pa.array([used]), pa.array([known])) == []


def test_drift_is_red_and_shows_both_ways_of_writing() -> None:
    found = findings(["7", "8", "9"], ["007", "008", "9"], ["q1"])["documents-id-drift"]
    assert (found.level, found.count) == ("red", 2)
    assert found.examples == ("'007' judged, '7' there", "'008' judged, '8' there")


def test_a_judged_document_that_is_nowhere_is_no_drift() -> None:
    assert findings(["7", "8"], ["7", "999"], ["q1"])["documents-id-drift"].level == "green"


def test_an_id_that_is_there_as_written_is_no_drift_whatever_else_is_there() -> None:
    assert findings(["7", "07"], ["7", "07"], ["q1"])["documents-id-drift"].level == "green"


def test_repeated_ids_are_red_with_at_most_three_examples() -> None:
    found = findings(["a", "b", "c", "d"] * 2 + ["d"], [], ["q1", "q1"])
    assert (found["duplicate-documents"].level, found["duplicate-documents"].count) == ("red", 4)
    assert found["duplicate-documents"].examples == ("a (2 times)", "b (2 times)", "c (2 times)")
    assert found["duplicate-queries"].count == 1


def test_ids_with_blanks_are_yellow() -> None:
    found = findings(["a b", "c"], [], ["q1 "])["blank-in-ids"]
    assert (found.level, found.count) == ("yellow", 2)
    assert found.examples == ("'q1 '", "'a b'")
