from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries, corpus_of
from evaluation.errors import CancelledError, ModelError
from evaluation.progress import SILENT
from evaluation.rerankers.cross_encoder import CrossEncoder
from evaluation.run import Run
from tests.tiny_models import CROSS_ENCODER, ENCODER, WORDS

TINY = CrossEncoder(model=CROSS_ENCODER, backend="openvino")


def random_texts(count: int) -> list[str]:
    random = np.random.default_rng()
    return [" ".join(random.choice(WORDS, random.integers(0, 30))) for _ in range(count)]


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_scores_do_not_depend_on_the_order_of_the_pairs(backend: str, model_root: Path) -> None:
    stage = CrossEncoder(model=CROSS_ENCODER, backend=backend)
    queries, documents = random_texts(5), random_texts(20)
    pairs = np.array([(q, d) for q in range(5) for d in range(20)])
    order = np.random.default_rng().permutation(len(pairs))
    scores = stage.score(queries, documents, pairs, SILENT)
    assert stage.score(queries, documents, pairs[order], SILENT) == pytest.approx(
        scores[order], abs=1e-4
    )


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_the_same_pairs_get_the_same_scores_every_time(backend: str, model_root: Path) -> None:
    stage = CrossEncoder(model=CROSS_ENCODER, backend=backend)
    texts = random_texts(30)
    pairs = np.array([(q, d) for q in range(3) for d in range(30)])
    first = stage.score(texts, texts, pairs, SILENT)
    assert np.array_equal(stage.score(texts, texts, pairs, SILENT), first)
    assert len(set(first.tolist())) > 30


def test_query_and_document_are_told_apart(model_root: Path) -> None:
    texts = ["old river", "the new engine"]
    scores = TINY.score(texts, texts, np.array([(0, 1), (1, 0)]), SILENT)
    assert abs(float(scores[0] - scores[1])) > 1e-3


def test_only_the_candidates_are_ordered_anew(model_root: Path) -> None:
    corpus = corpus_of([(f"d{n}", "", text) for n, text in enumerate(WORDS[:6])])
    candidates = Run.from_lists({"q": [("d5", 3.0), ("d1", 2.0), ("d0", 1.0)]})
    run = TINY.rerank(corpus, Queries.of({"q": "old river"}), candidates, 2, SILENT)
    assert {doc_id for doc_id, _ in run.hits("q")} == {"d5", "d1"}


def test_an_encoder_is_refused_in_a_sentence(model_root: Path) -> None:
    stage = CrossEncoder(model="plain-bert", backend="torch")
    with pytest.raises(ModelError, match="no trained head that scores pairs"):
        stage.score(["a"], ["b"], np.array([(0, 0)]), SILENT)
    with pytest.raises(ModelError, match=ENCODER):
        CrossEncoder(model=ENCODER, backend="torch").score(["a"], ["b"], np.array([(0, 0)]), SILENT)


def test_progress_counts_pairs_and_stops(model_root: Path) -> None:
    class Listener:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            assert (total, unit) == (40, "pairs")
            if done:
                raise CancelledError

    texts = random_texts(40)
    with pytest.raises(CancelledError):
        TINY.score(texts, texts, np.array([(d, d) for d in range(40)]), Listener())


def test_no_candidates_need_no_model() -> None:
    stage = CrossEncoder(model="owner/none", backend="torch")
    run = stage.rerank(corpus_of([]), Queries.of({"q": "a"}), Run.from_lists({"q": []}), 5, SILENT)
    assert len(run) == 0
