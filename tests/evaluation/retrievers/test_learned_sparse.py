import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.collections.collection import Corpus, Queries
from evaluation.progress import SILENT
from evaluation.retrievers.learned_sparse import LearnedSparse
from tests.evaluation.retrievers.structured import drawn, explained
from tests.tiny_models import INFERENCE_FREE, SPLADE

MODELS = (SPLADE, INFERENCE_FREE)


@pytest.fixture
def seed() -> int:
    """A fresh seed; pytest shows it with a test that fails."""
    return secrets.randbits(32)


@pytest.fixture
def asked(model_root: Path, seed: int) -> tuple[Corpus, Queries]:
    return drawn(seed)


def by_the_library(root: Path, name: str, corpus: Corpus, queries: Queries) -> tuple[Any, Any]:
    from sentence_transformers import SparseEncoder

    model = SparseEncoder(str(root / name), device="cpu")
    documents = model.encode_document(corpus.texts(), convert_to_sparse_tensor=False)
    wanted = model.encode_query(queries.texts, convert_to_sparse_tensor=False)
    return wanted.numpy().astype(np.float64), documents.numpy().astype(np.float64)


def named_weights(stage: LearnedSparse, queries: Queries) -> list[dict[str, float]]:
    found, names = stage.query_weights(queries, SILENT)
    rows = [found.of(row) for row in range(len(found))]
    return [{names[term]: weight for term, weight in row.items()} for row in rows]


def kept(weights: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.float64]:
    """Keep the heaviest weights of each row, of equal ones the first, by sorting each in Python."""
    found = np.zeros_like(weights)
    for row, numbers in enumerate(weights):
        for term in sorted(range(len(numbers)), key=lambda t: (-numbers[t], t))[:most]:
            found[row, term] = numbers[term]
    return found


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("prune", [0, 4])
def test_a_score_is_the_product_of_the_weights_that_the_library_gives(
    model: str,
    prune: int,
    asked: tuple[Corpus, Queries],
    seed: int,
    model_root: Path,
    tmp_path: Path,
) -> None:
    corpus, queries = asked
    stage = LearnedSparse(model=model, prune=prune, prune_query=prune and 3)
    stage.index(corpus, tmp_path, SILENT)
    run = stage.search(corpus, queries, tmp_path, 1000, SILENT)
    wanted, documents = by_the_library(model_root, model, corpus, queries)
    if prune:
        wanted, documents = kept(wanted, 3), kept(documents, 4)
    expected = wanted @ documents.T
    for row, query_id in enumerate(queries.ids):
        found = dict(run.hits(query_id))
        close = {f"d{n:03}": s for n, s in enumerate(expected[row]) if s > 0}
        assert found.keys() == close.keys()
        assert found == pytest.approx(close, abs=1e-5)


def test_pruning_to_no_fewer_terms_than_there_are_changes_nothing(
    asked: tuple[Corpus, Queries], seed: int, tmp_path: Path
) -> None:
    corpus, queries = asked
    runs = []
    for stage in (LearnedSparse(SPLADE), LearnedSparse(SPLADE, prune=1000, prune_query=1000)):
        folder = tmp_path / str(stage.prune)
        folder.mkdir()
        stage.index(corpus, folder, SILENT)
        runs.append(list(stage.search(corpus, queries, folder, 1000, SILENT)))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("model", MODELS)
def test_the_terms_shown_sum_to_the_score(
    model: str, asked: tuple[Corpus, Queries], seed: int, tmp_path: Path
) -> None:
    corpus, queries = asked
    stage = LearnedSparse(model=model, prune=7)
    stage.index(corpus, tmp_path, SILENT)
    run = stage.search(corpus, queries, tmp_path, 1000, SILENT)
    random = np.random.default_rng(seed)
    for query_id in queries.ids:
        hits = run.hits(query_id)
        if not hits:
            continue
        doc_id, score = hits[random.integers(len(hits))]
        found = explained(stage, corpus, queries, (query_id, doc_id), tmp_path)
        assert all(set(p) == {"Term", "In query", "In document", "Adds"} for p in found.parts)
        assert sum(p["In query"] * p["In document"] for p in found.parts) == pytest.approx(
            score, abs=1e-5
        )
        assert found.total == pytest.approx(score, abs=1e-5)


def test_the_query_side_of_an_inference_free_model_knows_the_words_of_the_query_only(
    asked: tuple[Corpus, Queries],
    seed: int,
) -> None:
    _, queries = asked
    found = named_weights(LearnedSparse(INFERENCE_FREE), queries)
    for text, weights in zip(queries.texts, found, strict=True):
        assert set(weights) == set(text.split())


def test_a_smaller_max_length_reads_the_beginning_only(
    asked: tuple[Corpus, Queries],
    seed: int,
) -> None:
    _, queries = asked
    long = Queries.of({q: f"{text} river glacier" for q, text in queries.text_of.items()})
    short = named_weights(LearnedSparse(INFERENCE_FREE, max_length=1), long)
    assert [set(weights) for weights in short] == [{text.split()[0]} for text in queries.texts]
    cut, whole = LearnedSparse(SPLADE, max_length=5), LearnedSparse(SPLADE)
    assert named_weights(cut, long) != named_weights(whole, long)


def test_pruning_the_query_keeps_the_index(asked: tuple[Corpus, Queries], seed: int) -> None:
    stage = LearnedSparse(SPLADE)
    assert replace(stage, prune_query=3).index_parameters() == stage.index_parameters()
    assert replace(stage, prune=3).index_parameters() != stage.index_parameters()
