from evaluation.highlighting import Highlighter, highlighter
from evaluation.system import system_from_dict
from evaluation.text import Analyser


def test_terms_are_found_in_any_form_the_stemmer_joins() -> None:
    parts = Highlighter(Analyser(), "taxed dividends").parts("Dividend tax, taxing?")
    assert [text for text, hit in parts if hit] == ["Dividend", "tax", "taxing"]
    assert "".join(text for text, _ in parts) == "Dividend tax, taxing?"


def test_a_query_of_stop_words_marks_nothing() -> None:
    assert Highlighter(Analyser(), "of the").parts("of the river") == [("of the river", False)]


def test_an_empty_text_has_no_parts() -> None:
    assert Highlighter(Analyser(), "river").parts("") == []


def test_the_first_bm25_among_the_systems_decides_how_texts_are_cut() -> None:
    tree = {"stage": "rrf", "inputs": [{"stage": "random"}, {"stage": "bm25", "stemmer": "none"}]}
    plain = {"stage": "bm25", "stemmer": "none"}
    for system in (plain, tree):
        found = highlighter("rivers", [system_from_dict(system)])
        assert found.parts("river rivers") == [("river ", False), ("rivers", True)]


def test_a_script_without_spaces_is_marked_within_a_sentence() -> None:
    parts = highlighter("北京大学", []).parts("我在北京大学读书")
    assert parts == [("我在", False), ("北京大学", True), ("读书", False)]
