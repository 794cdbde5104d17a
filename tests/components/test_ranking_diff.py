from components.ranking_diff import Column, ranking_data
from evaluation.comparison import contrast
from evaluation.highlighting import Highlighter
from evaluation.run import Run
from evaluation.text import Analyser

FIRST = Run.from_lists({"q": [("a", 2.0), ("b", 1.0)]})
SECOND = Run.from_lists({"q": [("b", 0.123456), ("c", 0.1)]})
MARKS = Highlighter(Analyser(), "rivers")


def data(least: int | None = 1) -> list[dict[str, object]]:
    found = contrast([FIRST, SECOND], "q", {"a": 1, "b": 0}, 10)
    documents = {"a": {"title": "A river", "text": "rivers run"}, "b": None}
    columns = [Column("one", ""), Column("two", "")]
    shown = ranking_data(found, columns, documents, MARKS, least)["columns"]
    return [hit for column in shown for hit in column["hits"]]


def test_a_card_holds_marked_title_and_text() -> None:
    card = data()[0]
    assert card["title"] == [("A ", False), ("river", True)]
    assert card["text"] == [("rivers", True), (" run", False)]


def test_a_document_without_text_has_an_empty_card() -> None:
    assert [card["text"] for card in data()[1:]] == [[], [], []]


def test_badges_say_grade_and_movement_in_words() -> None:
    badges = [[(b["text"], b["meaning"]) for b in card["badges"]] for card in data()]  # type: ignore[attr-defined]
    assert badges[2] == [
        ("rel 0", "Judged not relevant."),
        ("↑ 1", "Rank 2 in the first system."),
    ]
    assert badges[3] == [
        ("unjudged", "Nobody judged this document for this query."),
        ("new", "The first system does not return this document at all."),
    ]


def test_relevant_is_what_the_threshold_says() -> None:
    assert [card["relevant"] for card in data()] == [True, False, False, False]
    assert not any(card["relevant"] for card in data(least=2))
    assert not any(card["relevant"] for card in data(least=None))
