from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries, corpus_of
from evaluation.errors import CancelledError
from evaluation.models import token_states
from evaluation.models.encoding import unit
from evaluation.models.folders import TOKEN_LIMIT
from evaluation.progress import SILENT
from evaluation.rerankers.maxsim import MaxSim, max_similarities
from evaluation.run import Run
from tests.tiny_models import ENCODER

TINY = MaxSim(model=ENCODER, backend="openvino")
DOCUMENTS = ["old river", "", "the new engine shows a planet near the harbour", "market", "river"]
QUERIES = ["old river", "what is a planet", ""]


def by_hand(folder: Path, query: str, document: str) -> float:
    """Token by token, from the states that sentence-transformers gives."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    states = model.encode(
        [query, document], output_value="token_embeddings", show_progress_bar=False
    )
    asked, held = (unit(state.numpy()) for state in states)
    best = [max(float(a @ b) for b in held) for a in asked]
    return sum(best) / len(best)


def test_scores_are_those_computed_token_by_token(model_root: Path) -> None:
    pairs = np.array([(q, d) for q in range(3) for d in (4, 2, 0, 1)])
    scores = TINY.score(QUERIES, DOCUMENTS, pairs, SILENT)
    for (query, document), score in zip(pairs.tolist(), scores.tolist(), strict=True):
        expected = by_hand(model_root / ENCODER, QUERIES[query], DOCUMENTS[document])
        assert score == pytest.approx(expected, abs=5e-4)  # 16 bits


def test_random_vectors_score_as_in_plain_python() -> None:
    random = np.random.default_rng()
    document = unit(random.normal(size=(7, 5)).astype(np.float32))
    queries = [unit(random.normal(size=(n, 5)).astype(np.float32)) for n in (1, 4, 2)]
    expected = [np.mean([max(t @ d for d in document) for t in query]) for query in queries]
    assert max_similarities(document, queries).tolist() == pytest.approx(expected, abs=1e-5)
    assert max_similarities(document, []).shape == (0,)


def test_a_text_is_nearest_to_itself(model_root: Path) -> None:
    scores = TINY.score(["old river"], DOCUMENTS, np.array([(0, d) for d in range(5)]), SILENT)
    assert scores[0] == pytest.approx(1.0, abs=1e-4)
    assert scores.argmax() == 0


def test_only_the_candidates_are_ordered_anew(model_root: Path) -> None:
    corpus = corpus_of([(f"d{n}", "", text) for n, text in enumerate(DOCUMENTS)])
    candidates = Run.from_lists({"q1": [("d3", 9.0), ("d0", 8.0), ("d4", 7.0)], "q2": []})
    queries = Queries.of({"q1": "old river", "q2": "planet"})
    run = TINY.rerank(corpus, queries, candidates, 2, SILENT)
    assert run.query_ids == ("q1", "q2")
    assert [doc_id for doc_id, _ in run.hits("q1")] == ["d0", "d3"]
    assert run.hits("q2") == []


def test_prompts_are_put_before_the_texts(model_root: Path) -> None:
    pairs = np.array([(0, 0)])
    whole = TINY.score(["what is river"], ["the market"], pairs, SILENT)
    prompted = replace(TINY, query_prompt="what is ", document_prompt="the ")
    assert prompted.score(["river"], ["market"], pairs, SILENT) == pytest.approx(whole, abs=1e-5)


def test_scores_are_the_same_whether_vectors_were_kept_or_not(
    model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))
    pairs = np.array([(q, d) for q in range(3) for d in range(5)])
    monkeypatch.setenv(TOKEN_LIMIT, "0")
    without = TINY.score(QUERIES, DOCUMENTS, pairs, SILENT)
    monkeypatch.delenv(TOKEN_LIMIT)
    first = TINY.score(QUERIES, DOCUMENTS, pairs, SILENT)
    encoded: list[int] = []
    monkeypatch.setattr(
        token_states, "each_token", lambda _, texts, *more: encoded.append(len(texts))
    )
    again = TINY.score(QUERIES, DOCUMENTS, pairs, SILENT)
    assert np.array_equal(without, first)
    assert np.array_equal(first, again)
    assert encoded == [0]


def test_progress_counts_pairs_and_stops(model_root: Path) -> None:
    heard: list[tuple[int, int | None, str]] = []

    class Listener:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            heard.append((done, total, unit))
            if done >= 2:
                raise CancelledError

    pairs = np.array([(q, d) for q in range(3) for d in range(5)])
    with pytest.raises(CancelledError):
        TINY.score(QUERIES, DOCUMENTS, pairs, Listener())
    assert heard[0] == (0, 15, "pairs")
    assert len(heard) == 2


def test_a_cache_key_names_the_back_end_and_the_content_of_the_model(model_root: Path) -> None:
    assert MaxSim(model=ENCODER).resolved().backend != "auto"
    assert len(TINY.revision()) == 16
