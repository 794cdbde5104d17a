from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.errors import CancelledError, InputError, ModelError
from evaluation.models.network import About
from evaluation.progress import SILENT
from evaluation.retrievers.base import link_base
from evaluation.retrievers.dense import Dense, own_prompt
from evaluation.retrievers.vector_search import INDEX_TYPES
from evaluation.run import Run
from tests.tiny_models import ENCODER, WORDS

TINY = Dense(model=ENCODER, backend="openvino")


@pytest.fixture
def corpus() -> Corpus:
    random = np.random.default_rng(5)
    texts = [" ".join(random.choice(WORDS, random.integers(1, 9))) for _ in range(120)]
    return corpus_of([(f"d{n:03}", "", text) for n, text in enumerate(texts)])


QUERIES = Queries.of({"q1": "old river", "q2": "what is the new planet near a market", "q3": "x"})


def indexed(stage: Dense, corpus: Corpus, folder: Path, depth: int = 10) -> Run:
    folder.mkdir(exist_ok=True)
    below = stage.built_from()
    if below is not None:
        base = folder.with_name(f"{folder.name} below")
        indexed(below, corpus, base)
        link_base(base, folder)
    stage.index(corpus, folder, SILENT)
    return stage.search(corpus, QUERIES, folder, depth, SILENT)


def plain_ranking(model_root: Path, corpus: Corpus, query: str, dimension: int) -> list[str]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_root / ENCODER), device="cpu", truncate_dim=dimension)
    texts = [*corpus.texts(), query]
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    scores = vectors[:-1] @ vectors[-1]
    names = corpus.doc_ids.to_pylist()
    ranked = sorted(range(len(names)), key=lambda n: (-round(float(scores[n]), 5), names[n]))
    return [names[row] for row in ranked]


@pytest.mark.parametrize("dimension", [0, 8])
def test_the_ranking_is_the_one_of_sentence_transformers(
    dimension: int, corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    run = indexed(replace(TINY, truncate_dimension=dimension), corpus, tmp_path)
    expected = plain_ranking(model_root, corpus, "old river", dimension or 24)
    assert [doc_id for doc_id, _ in run.hits("q1")][:5] == expected[:5]
    assert all(-1.0001 <= score <= 1.0001 for _, score in run.hits("q1"))


def test_a_graph_finds_what_exact_search_finds(
    corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    exact = indexed(TINY, corpus, tmp_path / "flat")
    graph = indexed(replace(TINY, index_type="hnsw"), corpus, tmp_path / "hnsw")
    for (_, hits), (_, expected) in zip(graph, exact, strict=True):
        assert [doc for doc, _ in hits] == [doc for doc, _ in expected]
        assert dict(hits) == pytest.approx(dict(expected), abs=1e-5)
    assert [path.name for path in (tmp_path / "hnsw").iterdir()] == ["graph.faiss"]


def test_little_effort_in_a_graph_still_gives_the_whole_depth(
    corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    stage = replace(TINY, index_type="hnsw", ef_search=1)
    assert indexed(stage, corpus, tmp_path, 50).lengths().tolist() == [50, 50, 50]


@pytest.mark.parametrize("kind", INDEX_TYPES)
def test_a_depth_beyond_the_corpus_gives_every_document_once(
    kind: str, model_root: Path, tmp_path: Path
) -> None:
    few = corpus_of([("d1", "", "river"), ("d2", "", ""), ("d3", "Old", "engine")])
    run = indexed(replace(TINY, index_type=kind), few, tmp_path, 1000)
    assert [sorted(doc for doc, _ in hits) for _, hits in run] == [["d1", "d2", "d3"]] * 3


@pytest.mark.parametrize("kind", INDEX_TYPES)
def test_an_empty_corpus_and_no_queries_give_empty_runs(
    kind: str, corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    stage = replace(TINY, index_type=kind)
    assert indexed(stage, corpus_of([]), tmp_path / "empty").lengths().tolist() == [0, 0, 0]
    indexed(stage, corpus, tmp_path / "full")
    none = stage.search(corpus, Queries.of({}), tmp_path / "full", 5, SILENT)
    assert none.query_ids == ()


def test_prompts_change_queries_and_documents(
    corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    plain = indexed(TINY, corpus, tmp_path / "plain")
    asked = replace(TINY, query_prompt="early report ")
    assert list(asked.search(corpus, QUERIES, tmp_path / "plain", 10, SILENT)) != list(plain)
    assert list(indexed(replace(TINY, document_prompt="the "), corpus, tmp_path / "other")) != list(
        plain
    )


def test_a_models_own_prompts_are_found_by_their_usual_names() -> None:
    about = About(max_length=8, prompts={"query": "q: ", "passage": "p: "})
    assert (own_prompt(about, "query"), own_prompt(about, "document")) == ("q: ", "p: ")
    assert own_prompt(About(max_length=8), "query") == ""


def test_what_only_concerns_the_search_keeps_the_index() -> None:
    other = replace(TINY, query_prompt="query: ", ef_search=7)
    assert other.index_parameters() == TINY.index_parameters()
    assert replace(TINY, backend="torch").index_parameters() != TINY.index_parameters()
    codes = replace(TINY, index_type="pq")
    assert replace(codes, shortlist=7, code_weight=1.0).index_parameters() == (
        codes.index_parameters()
    )
    assert replace(codes, code_bytes=4).index_parameters() != codes.index_parameters()


def test_an_exact_index_keeps_the_cache_keys_it_had_before_other_types_came() -> None:
    before = {
        *("model", "document_prompt", "max_length", "truncate_dimension", "index_type", "m"),
        *("ef_construction", "backend"),
    }
    for stage in (TINY, replace(TINY, shortlist=7, code_bytes=9, code_weight=0.3)):
        assert set(stage.index_parameters()) == before
        assert set(stage.run_parameters()) == before | {"query_prompt", "ef_search"}


def test_auto_is_resolved_before_it_becomes_a_cache_key(model_root: Path) -> None:
    assert replace(TINY, backend="auto").resolved().backend != "auto"
    assert TINY.revision() == replace(TINY, backend="torch").revision() != ""


def test_encoding_tells_how_many_documents_are_done_and_can_be_stopped(
    corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    heard: list[tuple[int, int | None, str]] = []

    class Listener:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            heard.append((done, total, unit))
            if done:
                raise CancelledError

    (tmp_path / "stopped").mkdir()
    with pytest.raises(CancelledError):
        TINY.index(corpus, tmp_path / "stopped", Listener())
    assert heard[0] == (0, 120, "documents")
    assert [done > 0 for done, _, _ in heard] == [False, True]
    assert heard[1][1:] == (120, "documents")


def test_too_many_dimensions_and_an_unknown_model_are_answered_with_a_sentence(
    corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="have 24 dimensions"):
        indexed(replace(TINY, truncate_dimension=25), corpus, tmp_path / "wide")
    with pytest.raises(InputError, match=r"layers is 3, but .* has 2"):
        indexed(replace(TINY, layers=3), corpus, tmp_path / "deep")
    with pytest.raises(InputError, match="Choose one of 1, 2, 3, 4, 6, 8, 12, 24, or 0 for 3"):
        indexed(replace(TINY, index_type="pq", code_bytes=5), corpus, tmp_path / "pq")
    with pytest.raises(ModelError, match="neither a name on the Hugging Face hub nor a folder"):
        Dense(model="../tiny-encoder", backend="torch").index(corpus, tmp_path, SILENT)
