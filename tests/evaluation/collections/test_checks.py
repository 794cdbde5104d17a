from evaluation.collections.checks import figures, health
from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.report import Finding
from tests.sample import small_collection


def test_a_sound_collection_is_green_and_says_what_was_checked() -> None:
    sound = Collection(
        "Sound",
        corpus_of([("d1", "", "one text"), ("d2", "", "another")]),
        Queries.of({"q1": "what", "q2": "who"}),
        {"test": Qrels.of_dict({"q1": {"d1": 1}, "q2": {"d2": 2, "d1": 0}})},
    )
    report = health(sound)
    assert report.light == "green"
    assert {finding.check for finding in report.findings} >= {
        "duplicate-documents",
        "duplicate-queries",
        "documents-id-drift",
        "queries-id-drift",
        "blank-in-ids",
        "mixed-encodings",
        "empty-documents",
        "empty-queries",
        "queries-in-corpus",
        "unknown-documents",
        "unjudged-queries",
        "no-relevant",
        "negative-grades",
    }


def test_figures_count_and_measure() -> None:
    collection = Collection(
        "Two",
        corpus_of([("d1", "ab", "one"), ("d2", "", "Zürich")]),
        Queries.of({"q1": "what", "q2": ""}),
        {
            "test": Qrels.of_dict({"q1": {"d1": 1, "d2": 2}, "q2": {"d1": 0, "d2": 1}}),
            "dev": Qrels.of_dict({}),
        },
    )
    assert figures(collection) == {
        "documents": 2,
        "queries": 2,
        "document_characters": {"median": (2 + 3 + 6) / 2, "largest": 6.0},
        "query_characters": {"median": (4 + 0) / 2, "largest": 4.0},
        "splits": {
            "test": {
                "judgements": 4,
                "queries": 2,
                "grades": {"0": 1, "1": 2, "2": 1},
                "relevant_per_query": 3 / 2,
            },
            "dev": {"judgements": 0, "queries": 0, "grades": {}, "relevant_per_query": 0.0},
        },
    }


def test_what_readers_noticed_is_part_of_the_report_and_the_worst_comes_first() -> None:
    noticed = [Finding("a", "green", "Fine."), Finding("b", "red", "Broken.", advice="Mend it.")]
    report = health(small_collection(), noticed)
    assert report.light == "red"
    assert report.findings[0].check == "b"
    assert report.sentence() == "Broken. Mend it."
    levels = [finding.level for finding in report.findings]
    assert levels == sorted(levels, key=("red", "yellow", "green").index)


def test_a_collection_without_texts_is_checked_without_them() -> None:
    runs_only = Collection(
        "Runs", None, Queries.of({"q1": ""}), {"test": Qrels.of_dict({"q1": {"d1": 1}})}
    )
    report = health(runs_only)
    assert report.light == "green"
    assert report.figures["documents"] == 0
    assert report.figures["document_characters"] is None
    assert report.script["suggest"] == ""
    assert "empty-documents" not in {finding.check for finding in report.findings}
