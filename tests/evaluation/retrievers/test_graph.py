import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.attachments import links_of
from evaluation.collections.collection import Corpus, Queries
from evaluation.errors import EvaluationError
from evaluation.progress import SILENT
from evaluation.retrievers.base import BASE
from evaluation.retrievers.graph import DocumentGraph, nearest_links
from tests.evaluation.retrievers.structured import attached, drawn, explained, indexed, searched
from tests.tiny_models import ENCODER

STAGE = DocumentGraph(model=ENCODER, backend="torch")
UPLOADED = replace(STAGE, links="uploaded")


@pytest.fixture
def seed(model_root: Path) -> int:
    """A fresh seed; pytest shows it with a test that fails."""
    return secrets.randbits(32)


def linked(seed: int, links: int = 60) -> tuple[Corpus, Queries]:
    """Draw a corpus with random links, some to documents that it does not hold."""
    corpus, queries = drawn(seed)
    random = np.random.default_rng(seed)
    ids = [*corpus.doc_ids.to_pylist(), "elsewhere"]
    pairs = {(ids[a], ids[b]): float(w) for a, b, w in zip(
        *random.integers(0, len(ids), (2, links)), random.random(links), strict=True
    )}  # fmt: skip
    return attached(corpus, links=links_of(pairs)), queries


@pytest.mark.parametrize("stage", [replace(STAGE, weight=0.0), replace(UPLOADED, weight=0.0)])
def test_weight_zero_is_the_base_run_exactly(
    stage: DocumentGraph, seed: int, tmp_path: Path
) -> None:
    corpus, queries = linked(seed)
    folder = indexed(stage, corpus, tmp_path / "index")
    base = searched(stage.built_from(), corpus, queries, folder / BASE)
    assert list(searched(stage, corpus, queries, folder)) == list(base)


@pytest.mark.parametrize("pairs", [{}, {("d001", "d001"): 1.0}, {("d001", "x"): 1.0}])
def test_an_empty_graph_is_the_base_run_exactly(
    pairs: dict[tuple[str, str], float], seed: int, tmp_path: Path
) -> None:
    corpus, queries = drawn(seed)
    corpus, stage = attached(corpus, links=links_of(pairs)), replace(UPLOADED, weight=3.0)
    folder = indexed(stage, corpus, tmp_path / "index")
    base = searched(stage.built_from(), corpus, queries, folder / BASE)
    assert list(searched(stage, corpus, queries, folder)) == list(base)


def test_links_change_the_run_and_their_order_and_that_of_the_documents_do_not(
    seed: int, tmp_path: Path
) -> None:
    corpus, queries = linked(seed)
    random = np.random.default_rng(seed)
    table = corpus.attached["links"]
    mixed = Corpus(
        corpus.table.take(random.permutation(len(corpus))), None,
        {"links": table.take(random.permutation(table.num_rows))},
    )  # fmt: skip
    runs = []
    for name, each in (("one", corpus), ("other", mixed)):
        folder = indexed(UPLOADED, each, tmp_path / name)
        runs.append(searched(UPLOADED, each, queries, folder))
    base = searched(UPLOADED.built_from(), corpus, queries, tmp_path / "one" / BASE)
    assert list(runs[0]) != list(base)
    for query_id in queries.ids:
        assert dict(runs[0].hits(query_id)) == pytest.approx(dict(runs[1].hits(query_id)), abs=1e-6)


@pytest.mark.parametrize("stage", [STAGE, UPLOADED])
def test_the_shares_of_the_texts_sum_to_the_score(
    stage: DocumentGraph, seed: int, tmp_path: Path
) -> None:
    corpus, queries = linked(seed)
    folder = indexed(stage, corpus, tmp_path / "index")
    run = searched(stage, corpus, queries, folder)
    for query_id in queries.ids[:3]:
        for doc_id, score in run.hits(query_id)[::11]:
            found = explained(stage, corpus, queries, (query_id, doc_id), folder)
            assert found.total == pytest.approx(score, abs=1e-6)
            assert sum(part["Adds"] for part in found.parts) == pytest.approx(score, abs=1e-6)
            assert found.parts[0]["Part"] == "Own text"


def test_the_nearest_links_are_those_of_all_cosines(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((30, 8)).astype(np.float32)
    vectors[3] = vectors[4]  # equal vectors are linked to each other, none to itself
    first, second, weights = nearest_links(vectors, 4)
    scaled = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = scaled @ scaled.T
    np.fill_diagonal(cosines, -9)
    for row in range(30):
        mine = first == row
        best = sorted(cosines[row], reverse=True)[:4]
        assert weights[mine] == pytest.approx(np.array(best), abs=1e-6)
        assert cosines[row, second[mine]] == pytest.approx(weights[mine], abs=1e-6)


def test_more_neighbours_than_documents_link_all(seed: int, tmp_path: Path) -> None:
    corpus, queries = drawn(seed, documents=3)
    folder = indexed(replace(STAGE, neighbours=50), corpus, tmp_path / "index")
    assert searched(STAGE, corpus, queries, folder).lengths().tolist() == [3] * 6


def test_without_uploaded_links_a_sentence_says_so(seed: int, tmp_path: Path) -> None:
    corpus, _ = drawn(seed)
    folder = indexed(STAGE, corpus, tmp_path / "index")
    with pytest.raises(EvaluationError, match="no links between documents"):
        UPLOADED.index(corpus, folder, SILENT)
