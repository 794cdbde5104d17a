"""Thoughts that are encoded with the query."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection, Queries
from evaluation.evidence import Asked, Placed
from evaluation.feedback.think import Think, together
from evaluation.language_models.base import Reply
from evaluation.models.encoding import unit
from evaluation.vector_indexes.opening import open_index
from tests.endpoint_server import prompt_of, serving
from tests.rewriting import DENSE, made, refined, topics

pytestmark = pytest.mark.usefixtures("written_models")


def test_no_thought_is_the_base_run_and_asks_nobody(collection: Collection, tmp_path: Path) -> None:
    found = made(DENSE, collection, tmp_path / "index")
    assert list(refined(Think(thoughts=0), found)) == list(found[3])


def test_the_vector_is_the_mean_over_query_and_thought(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, queries, searched, first = made(DENSE, collection, tmp_path / "index")
    stage = Think()
    with serving(monkeypatch, topics):
        written = stage.write(queries, lambda _: None)
    found = stage.vectors(corpus, queries, first, (searched, written), lambda: None)
    for row, replies in enumerate(written):
        texts = {str(n): together(queries.texts[row], one) for n, one in enumerate(replies)}
        mean = DENSE.query_vectors(Queries.of(texts), lambda _: None).mean(axis=0)
        assert found[row] == pytest.approx(unit(mean[None])[0], abs=2e-3)


def test_the_committee_keeps_the_thought_that_agrees_best(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, queries, searched, first = made(DENSE, collection, tmp_path / "index")
    stage = Think(committee=3, thoughts=5)
    with serving(monkeypatch, topics):
        written = stage.write(queries, lambda _: None)
        told = stage.explain(
            Asked(Placed("q2", queries.texts[1], "d100", ""), corpus, queries.only(["q2"]),
                  [first.only(["q2"])], 10),
            searched,
        )  # fmt: skip
    found = stage.vectors(corpus, queries, first, (searched, written), lambda: None)
    index = open_index(searched.folder)
    for row, replies in enumerate(written):
        best = [doc_id for doc_id, _ in first.hits(queries.ids[row], 3)]
        documents = [index.vector(corpus.doc_ids.to_pylist().index(one)) for one in best]
        texts = {str(n): together(queries.texts[row], one) for n, one in enumerate(replies)}
        vectors = DENSE.query_vectors(Queries.of(texts), lambda _: None)
        votes = [sum(float(v @ d) for d in documents) / 3 for v in vectors]
        assert found[row] == pytest.approx(vectors[int(np.argmax(votes))], abs=2e-3)
    kept = [part["text"] for part in told.parts if ", kept" in part["detail"]]
    assert len(kept) == 1
    assert len(told.parts) == 5


def test_nothing_of_any_document_reaches_who_thinks(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So no judgement does: a stage is never given any, and documents only vote afterwards."""
    found = made(DENSE, collection, tmp_path / "index")
    documents = [text.split() for text in found[0].texts()]
    with serving(monkeypatch, topics) as server:
        refined(Think(committee=3), found)
    for body in server.asked:
        words = prompt_of(body).split()
        for document in documents:
            runs = zip(*(document[n:] for n in range(4)), strict=False)
            assert not {" ".join(run) for run in runs} & _runs(words)


def _runs(words: list[str]) -> set[str]:
    return {" ".join(words[n : n + 4]) for n in range(len(words) - 3)}


def test_the_thought_follows_the_query() -> None:
    assert together("old river", Reply("it is near")) == "old river\nit is near"
