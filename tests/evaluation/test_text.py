import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.text import (
    STEMMERS,
    STOP_WORDS,
    TOKENS,
    Analyser,
    lower,
    script_of,
    stop_list,
    suggest_tokens,
)

PLAIN = Analyser(stemmer="none", stop_words="none")
BIGRAMS = Analyser("bigrams", "none", "none")


def test_words_are_lower_case_runs_of_letters_and_digits() -> None:
    assert PLAIN.terms("Covid-19's R_0, naïve Ärzte") == [
        "covid", "19", "s", "r", "0", "naïve", "ärzte",
    ]  # fmt: skip


def test_stop_words_go_before_stemming_and_repeated_terms_stay() -> None:
    analyser = Analyser("words", "english", "english")
    assert analyser.terms("The dogs and the dog were running") == ["dog", "dog", "were", "run"]


def test_bigrams_cut_chinese_and_leave_other_words_whole() -> None:
    assert BIGRAMS.terms("東京都 Tokyo2020 京") == ["東京", "京都", "tokyo2020", "京"]


def test_bigrams_keep_the_vowel_signs_of_thai() -> None:
    assert BIGRAMS.terms("ที่") == ["ที", "ี่"]


def test_bigrams_of_a_language_with_spaces_are_its_words() -> None:
    text = "Réseau de neurones, 2nd edition (1999)"
    assert BIGRAMS.terms(text) == PLAIN.terms(text)


def test_highlights_are_the_places_of_the_query_terms_in_the_raw_text() -> None:
    analyser = Analyser()
    text = "Running DOGS run; doggerel, a dog's İrun RUN"
    spans = analyser.spans(text, set(analyser.terms("the dog runs")))
    assert [text[start:end] for start, end in spans] == ["Running", "DOGS", "run", "dog", "RUN"]


def test_neighbouring_bigrams_are_highlighted_as_one() -> None:
    spans = BIGRAMS.spans("在東京都的", set(BIGRAMS.terms("東京都")))
    assert spans == [(1, 4)]


def test_a_stop_word_in_the_query_highlights_nothing() -> None:
    analyser = Analyser()
    assert analyser.spans("the cat", set(analyser.terms("the"))) == []


@given(st.text(st.characters(max_codepoint=127)), st.sampled_from(TOKENS))
def test_plain_ascii_is_cut_as_any_other_text(text: str, tokens: str) -> None:
    analyser = Analyser(tokens, "none", "none")
    assert analyser.words(text) == analyser.words(f"{text} é")[:-1]


@given(st.text(), st.sampled_from(TOKENS), st.sampled_from(["none", "english", "turkish"]))
def test_every_term_of_a_text_is_highlighted_in_it(text: str, tokens: str, language: str) -> None:
    analyser = Analyser(tokens, language, "none")
    terms = analyser.terms(text)
    spans = analyser.spans(text, set(terms))
    inside = {place for start, end in spans for place in range(start, end)}
    letters = {place for place, char in enumerate(text) if re.fullmatch(r"[^\W_]", char)}
    assert letters <= inside
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(st.text())
def test_lower_case_never_moves_a_character(text: str) -> None:
    assert len(lower(text)) == len(text)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["A plain English text."], "words"),
        (["中文文本没有空格", "two words"], "bigrams"),
        (["日本語のテキスト"], "bigrams"),
        (["ข้อความภาษาไทย"], "bigrams"),
        (["ຂໍ້ຄວາມ"], "bigrams"),
        (["អត្ថបទ"], "bigrams"),
        (["မြန်မာစာ"], "bigrams"),
        (["نص عربي", "한국어 텍스트", "текст"], "words"),
        (["The character 道 alone in a long English sentence."], "words"),
        ([], "words"),
        (["123 !"], "words"),
    ],
)
def test_scripts_without_spaces_are_noticed(texts: list[str], expected: str) -> None:
    assert suggest_tokens(texts) == expected


@pytest.mark.parametrize(
    ("text", "name", "unspaced"),
    [
        ("who is it? 12", "Latin", 0.0),
        ("北京 and", "Latin", 2 / 5),
        ("東京都の天気", "Japanese", 1.0),
        ("ｶﾀｶﾅ", "Japanese", 1.0),
        ("\uff21\uff22", "Latin", 0.0),
        ("黑豹队", "Chinese or Japanese", 1.0),
        ("Быстрая", "Cyrillic", 0.0),
        ("ที่", "Thai", 1.0),
        ("12 !", "", 0.0),
    ],
)
def test_the_script_of_one_text_is_told_by_its_letters(
    text: str, name: str, unspaced: float
) -> None:
    found = script_of([text])
    assert (found.name, found.unspaced) == (name, unspaced)


@given(st.text())
def test_any_text_has_a_script_or_no_letters(text: str) -> None:
    found = script_of([text])
    assert 0 <= found.unspaced <= 1
    assert bool(found.name) or found.unspaced == 0


def test_every_offered_stemmer_exists() -> None:
    import Stemmer

    assert set(STEMMERS) - {"none"} <= set(Stemmer.algorithms())


@pytest.mark.parametrize("name", STOP_WORDS)
def test_every_offered_stop_list_has_words(name: str) -> None:
    assert (len(stop_list(name)) > 30) == (name != "none")


def test_highlighting_loads_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from evaluation.text import Analyser; Analyser().spans('a dog', {'dog'});"
        "heavy = {'numba', 'scipy', 'torch', 'numpy', 'bm25s'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
