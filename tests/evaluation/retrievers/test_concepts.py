import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.attachments import concepts_of, fingerprint
from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.errors import EvaluationError
from evaluation.progress import SILENT
from evaluation.retrievers.concepts import Concepts, titles, weightiest_terms
from tests.evaluation.retrievers.structured import (
    attached,
    drawn,
    explained,
    indexed,
    searched,
    texts,
)
from tests.tiny_models import ENCODER

STAGE = Concepts(model=ENCODER, backend="torch", keep=5)


@pytest.fixture
def seed(model_root: Path) -> int:
    """A fresh seed; pytest shows it with a test that fails."""
    return secrets.randbits(32)


def listed(seed: int) -> tuple[Corpus, Queries, dict[str, str]]:
    """Draw a corpus and a list of concepts, one of them without a description."""
    corpus, queries = drawn(seed)
    random = np.random.default_rng(seed + 1)
    concepts = {f"concept {n}": text for n, text in enumerate(texts(random, 11, 5))}
    return corpus, queries, concepts | {"river study": ""}


def by_the_library(
    root: Path, corpus: Corpus, queries: Queries, described: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Compute weights of concepts in texts by the formula, from the library's own vectors."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(root / ENCODER), device="cpu")

    def vectors(of: list[str]) -> np.ndarray:
        found = model.encode(of).astype(np.float64)
        scaled: np.ndarray = found / np.linalg.norm(found, axis=1, keepdims=True)
        return scaled

    concepts, found = vectors(described), []
    for part in (queries.texts, corpus.texts()):
        weights = np.maximum(vectors(part) @ concepts.T, 0)
        for row in weights:
            row[np.argsort(-row)[STAGE.keep :]] = 0
        found.append(weights / np.linalg.norm(weights, axis=1, keepdims=True))
    return found[0], found[1]


def test_the_score_is_the_cosine_of_the_weights_of_concepts(
    seed: int, model_root: Path, tmp_path: Path
) -> None:
    corpus, queries, concepts = listed(seed)
    corpus = attached(corpus, concepts=concepts_of(concepts))
    folder = indexed(STAGE, corpus, tmp_path / "index")
    run = searched(STAGE, corpus, queries, folder)
    described = [text or name for name, text in concepts.items()]
    wanted, documents = by_the_library(model_root, corpus, queries, described)
    for row, query_id in enumerate(queries.ids):
        expected = {f"d{n:03}": s for n, s in enumerate(documents @ wanted[row]) if s > 1e-4}
        found = {doc_id: s for doc_id, s in run.hits(query_id) if s > 1e-4}
        assert found == pytest.approx(expected, abs=1e-4)


def test_the_shares_of_the_concepts_sum_to_the_score(seed: int, tmp_path: Path) -> None:
    corpus, queries, concepts = listed(seed)
    corpus = attached(corpus, concepts=concepts_of(concepts))
    folder = indexed(STAGE, corpus, tmp_path / "index")
    run = searched(STAGE, corpus, queries, folder)
    for query_id in queries.ids:
        for doc_id, score in run.hits(query_id)[::9]:
            found = explained(STAGE, corpus, queries, (query_id, doc_id), folder)
            assert abs(sum(part["Adds"] for part in found.parts) - score) < 1e-6
            assert found.total == pytest.approx(score, abs=1e-6)
            assert {part["Concept"] for part in found.parts} <= set(concepts)
            assert all(p["Adds"] == p["In query"] * p["In document"] for p in found.parts)


def test_a_new_name_of_a_concept_changes_labels_only(seed: int, tmp_path: Path) -> None:
    corpus, queries, concepts = listed(seed)
    del concepts["river study"]  # without a description, its name is what is read
    table = concepts_of(concepts)
    renamed = concepts_of({f"new {name}": text for name, text in concepts.items()})
    assert fingerprint("concepts", table) == fingerprint("concepts", renamed)
    other = concepts_of(concepts | {"concept 3": "glacier violin quiet"})
    assert fingerprint("concepts", table) != fingerprint("concepts", other)

    both = [attached(corpus, concepts=each) for each in (table, renamed)]
    runs, parts = [], []
    for number, each in enumerate(both):
        folder = indexed(STAGE, each, tmp_path / str(number))
        runs.append(list(searched(STAGE, each, queries, folder)))
        doc_id = runs[0][0][1][0][0]
        parts.append(explained(STAGE, each, queries, (queries.ids[0], doc_id), folder).parts)
    assert runs[0] == runs[1]
    assert [p | {"Concept": f"new {p['Concept']}"} for p in parts[0]] == parts[1]
    kept = explained(STAGE, both[1], queries, (queries.ids[0], doc_id), tmp_path / "0")
    assert kept.parts == parts[1]  # the index of the old names gives the new ones, too


@pytest.mark.parametrize("source", ["terms", "titles"])
def test_concepts_can_come_from_the_documents(source: str, seed: int, tmp_path: Path) -> None:
    corpus, queries = drawn(seed)
    stage = replace(STAGE, concepts=source, count=7)
    folder = indexed(stage, corpus, tmp_path / "index")
    run = searched(stage, corpus, queries, folder)
    hit = queries.ids[0], run.hits(queries.ids[0])[0][0]
    names = weightiest_terms(corpus) if source == "terms" else titles(corpus)
    found = explained(stage, corpus, queries, hit, folder).parts
    assert {part["Concept"] for part in found} <= set(names[:7])


def test_the_weight_of_a_term_is_the_one_in_the_formula() -> None:
    corpus = corpus_of(
        [("1", "", "a a b"), ("2", "", "a b c c c"), ("3", "", "a c"), ("4", "", "a d")]
    )
    weights = {"c": (1 + np.log(3) + 1) * np.log(4 / 2), "b": 2 * np.log(4 / 2), "a": 0.0}
    assert weights["c"] > weights["b"] > weights["a"]
    assert weightiest_terms(corpus) == ["c", "b", "a"]  # d stands in one document only


def test_without_an_uploaded_list_a_sentence_says_so(seed: int, tmp_path: Path) -> None:
    corpus, _ = drawn(seed)
    folder = indexed(replace(STAGE, concepts="terms"), corpus, tmp_path / "index")
    with pytest.raises(EvaluationError, match="no list of concepts"):
        STAGE.index(corpus, folder, SILENT)
    alone = corpus_of([("1", "", "river"), ("2", "", "engine")])
    with pytest.raises(EvaluationError, match="give 0 terms as concepts"):
        replace(STAGE, concepts="terms").index(alone, folder, SILENT)
