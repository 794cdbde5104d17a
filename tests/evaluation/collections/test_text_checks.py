import pytest

from evaluation.collections.collection import Collection, Queries, corpus_of
from evaluation.collections.report import Finding
from evaluation.collections.text_checks import script_finding, script_record, text_findings


def collection(texts: list[str], queries: list[str], title: str = "") -> Collection:
    corpus = corpus_of([(f"d{n}", title, text) for n, text in enumerate(texts)])
    return Collection("C", corpus, Queries.of({f"q{n}": q for n, q in enumerate(queries)}), {})


def findings(texts: list[str], queries: list[str], title: str = "") -> dict[str, Finding]:
    return {found.check: found for found in text_findings(collection(texts, queries, title))}


def test_documents_with_neither_title_nor_text_are_counted() -> None:
    found = findings(["", " \n\u00a0", "x"], ["q"])["empty-documents"]
    assert (found.level, found.count, found.examples) == ("yellow", 2, ("d0", "d1"))
    assert findings(["", ""], ["q"], title="t")["empty-documents"].level == "green"
    assert findings(["", ""], ["q"])["empty-documents"].level == "red"


def test_queries_without_text_are_counted() -> None:
    found = findings(["x"], ["", "what"])["empty-queries"]
    assert (found.level, found.count, found.examples) == ("yellow", 1, ("q0",))


def test_a_query_that_is_a_document_is_found_whatever_its_case() -> None:
    found = findings(["Who is It?", "other", "İstanbul"], ["  who is it? ", "İSTANBUL", ""])
    assert found["queries-in-corpus"].examples == ("d0", "d2")


def test_an_empty_query_is_not_an_empty_document() -> None:
    assert findings(["", "x"], ["", "y"])["queries-in-corpus"].level == "green"


@pytest.mark.parametrize("broken", ["cafÃ©", "itâ€™s", "caf\ufffd", "CÃ\u00b4te", "25Â°"])
def test_signs_of_a_wrong_encoding_are_found_in_texts_titles_and_queries(broken: str) -> None:
    for found in (
        findings([broken], ["q"]),
        findings(["x"], ["q"], title=broken),
        findings(["x"], [broken]),
    ):
        assert (found["mixed-encodings"].level, found["mixed-encodings"].count) == ("yellow", 1)


@pytest.mark.parametrize("sound", ["café €5", "SÃO PAULO", "ÂME", "北京", "Ã la carte", "naïve"])
def test_sound_texts_in_any_language_are_not_called_broken(sound: str) -> None:
    assert findings([sound], [sound + "?"], title=sound)["mixed-encodings"].level == "green"


@pytest.mark.parametrize(
    ("text", "name", "suggest"),
    [
        ("The quick brown fox", "Latin", ""),
        ("黑豹队的防守只丢了 308分", "Chinese or Japanese", "bigrams"),
        ("これはテストです", "Japanese", "bigrams"),
        ("ภาษาไทยไม่มีช่องว่าง", "Thai", "bigrams"),
        ("كرة القدم الأمريكية", "Arabic", ""),
        ("한국어는 띄어쓰기를 한다", "Hangul", ""),
        ("Быстрая лиса", "Cyrillic", ""),
        ("12 345 !?", "", ""),
    ],
)
def test_the_script_tells_whether_words_can_be_found_at_spaces(
    text: str, name: str, suggest: str
) -> None:
    script = script_record(collection([text], ["x"]))
    assert (script["name"], script["suggest"]) == (name, suggest)
    assert [f.check for f in script_finding(script)] == (
        ["script-without-spaces"] if suggest else []
    )


def test_without_documents_the_queries_tell_the_script() -> None:
    runs_only = Collection("C", None, Queries.of({"q": "黑豹队的防守"}), {})
    assert script_record(runs_only)["suggest"] == "bigrams"


def test_a_few_names_in_another_script_do_not_change_the_advice() -> None:
    text = "A long sentence in English that quotes 北京 once."
    assert script_record(collection([text], ["x"]))["suggest"] == ""
