import pytest

from evaluation.collections.collection import Collection, Queries, corpus_of
from evaluation.presets import LANGUAGES, lexical, presets, suggested
from evaluation.system import system_from_yaml
from evaluation.text import STEMMERS


def collection_of(texts: list[str], language: str = "") -> Collection:
    corpus = corpus_of([(f"d{n}", "", text) for n, text in enumerate(texts)])
    return Collection("c", corpus, Queries.of({}), {}, {"language": language})


def test_the_ready_made_systems_go_from_lexical_to_reranked_and_end_in_the_floor() -> None:
    assert [system.line() for system in presets()] == [
        "bm25 @ 1000",
        "dense @ 1000",
        "rrf(bm25, dense) @ 1000",
        "maxsim(bm25) @ 100",
        "maxsim(rrf(bm25, dense)) @ 100",
        "random @ 1000",
    ]


@pytest.mark.parametrize("tokens", ["words", "bigrams"])
def test_every_ready_made_system_has_a_name_of_its_own_and_survives_yaml(tokens: str) -> None:
    systems = presets(tokens, "zh")
    assert len({system.name for system in systems}) == len(systems)
    assert len({system.root for system in systems}) == len(systems)
    assert [system_from_yaml(system.to_yaml()) for system in systems] == systems


def test_a_script_without_spaces_is_searched_by_bigrams_with_words_beside_it() -> None:
    first, second, *rest = suggested(collection_of(["东京是日本的首都", "北京"], "zh"))
    assert first.root.stage == lexical("bigrams", "zh")
    assert second.name == "BM25 on words"
    assert first.root in rest[1].root.inputs


@pytest.mark.parametrize(
    ("language", "stemmer", "stop_words"),
    [
        ("", "english", "english"),
        ("en", "english", "english"),
        ("English", "english", "english"),
        ("de-AT", "german", "german"),
        ("pt_BR", "portuguese", "portuguese"),
        ("fi", "finnish", "none"),
        ("ar", "arabic", "none"),
        ("Klingon", "none", "none"),
    ],
)
def test_stemmer_and_stop_words_follow_the_language(
    language: str, stemmer: str, stop_words: str
) -> None:
    stage = suggested(collection_of(["plain words with spaces"], language))[0].root.stage
    assert stage.parameters()["stemmer"] == stemmer
    assert stage.parameters()["stop_words"] == stop_words


def test_every_known_language_has_a_stemmer() -> None:
    assert set(LANGUAGES.values()) <= set(STEMMERS)


def test_nothing_is_suggested_where_there_is_nothing_to_search() -> None:
    assert suggested(Collection("runs only", None, Queries.of({}), {})) == []
