import pytest

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.report import Finding
from evaluation.measures.run_health import run_findings, split_of
from evaluation.run import Run

TEST = {"q1": {"d1": 1, "d2": 0}, "q2": {"d1": 1}}
TRAIN = {"q3": {"d1": 1}, "q4": {"d1": 1}, "q5": {"d2": 1}}


def collection(with_corpus: bool = True) -> Collection:
    corpus = corpus_of([(f"d{n}", "", "text") for n in range(1, 30)]) if with_corpus else None
    queries = Queries.of({f"q{n}": "what" for n in range(1, 7)})
    splits = {"test": Qrels.of_dict(TEST), "train": Qrels.of_dict(TRAIN)}
    return Collection("C", corpus, queries, splits)


def findings(run: Run, with_corpus: bool = True) -> dict[str, Finding]:
    return {finding.check: finding for finding in run_findings(run, collection(with_corpus))}


@pytest.mark.parametrize(
    ("queries", "split"),
    [(["q1", "q2", "q3"], "test"), (["q1", "q3", "q4"], "train"), (["q6"], ""), (["x"], "")],
)
def test_a_run_is_checked_against_the_split_it_answers_most_of(
    queries: list[str], split: str
) -> None:
    run = Run.from_lists({query_id: [("d1", 1.0)] for query_id in queries})
    assert split_of(run, collection()) == split


def test_judged_queries_without_an_answer_are_counted() -> None:
    found = findings(Run.from_lists({"q1": [("d1", 1.0)], "q2": [], "q9": [("d1", 1.0)]}))
    assert (found["missing-queries"].count, found["missing-queries"].examples) == (1, ("q2",))


def test_the_share_of_unjudged_hits_is_that_of_the_first_ten() -> None:
    hits = [(f"d{n}", -float(n)) for n in range(1, 21)]
    found = findings(Run.from_lists({"q1": hits, "q2": [("d1", 1.0)], "q3": hits}))["unjudged-hits"]
    # of ten hits of q1 two are judged, of one hit of q2 one; q3 is in another split
    assert found.count == 8
    assert found.what == f"{8 / 11:.1%} of the first 10 hits are not judged."
    assert found.examples[0] == "query q1, document d3"


def test_hits_that_are_all_judged_are_green() -> None:
    found = findings(Run.from_lists({"q1": [("d1", 2.0), ("d2", 1.0)], "q2": [("d1", 1.0)]}))
    assert {finding.level for finding in found.values()} == {"green"}


def test_documents_that_are_nowhere_are_counted_where_there_is_a_corpus() -> None:
    run = Run.from_lists({"q1": [("d1", 2.0), ("z", 1.0)], "q2": [("y", 1.0)]})
    assert findings(run)["unknown-hits"].count == 2
    assert findings(run, with_corpus=False)["unknown-hits"].level == "green"


def test_repeated_hits_are_counted() -> None:
    run = Run.from_lists({"q1": [("d1", 2.0), ("d1", 1.0)], "q2": [("d1", 1.0)]})
    assert (findings(run)["repeated-hits"].level, findings(run)["repeated-hits"].count) == (
        "yellow",
        1,
    )


def test_a_run_without_hits_has_nothing_unjudged() -> None:
    found = findings(Run.from_lists({"q1": []}))
    assert found["missing-queries"].count == 2
    assert found["unjudged-hits"].level == "green"


def test_ties_that_could_move_ndcg_are_told_with_their_range() -> None:
    run = Run.from_lists({"q1": [("d1", 1.0), ("d2", 1.0)], "q2": [("d1", 1.0)]})
    found = findings(run)["tied-scores"]
    # q1: d1 first gives 1, second 1 / log2(3) = 0.6309; q2 gives 1
    assert (found.level, found.count) == ("yellow", 1)
    assert "0.8155 to 1.0000" in found.what
    assert "0.8155" in found.advice


def test_ties_that_move_nothing_are_harmless() -> None:
    hits = [("d1", 3.0), ("d8", 1.0), ("d9", 1.0)]
    found = findings(Run.from_lists({"q1": hits, "q2": [("d1", 1.0)]}))["tied-scores"]
    assert (found.level, found.count) == ("green", 1)
    none = findings(Run.from_lists({"q1": hits[:1]}))["tied-scores"]
    assert (none.level, none.count) == ("green", 0)
