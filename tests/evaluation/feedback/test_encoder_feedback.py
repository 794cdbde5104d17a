import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.collections.collection import Queries
from evaluation.evidence import Asked, Placed
from evaluation.feedback.encoder_feedback import EncoderFeedback, shortened
from evaluation.models.loading import load
from evaluation.progress import SILENT
from tests.axis_bridge import AXIS, Bridge
from tests.bridge import target_recall
from tests.tiny_models import ENCODER


def content(folder: Path) -> str:
    whole = hashlib.blake2b()
    for path in sorted(folder.rglob("*")):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


def test_it_searches_the_text_of_query_and_passages_and_leaves_the_index_as_it_is(
    bridge: Bridge,
) -> None:
    before, stage = content(bridge.searched.folder), EncoderFeedback(k=2, separator="noise0x")
    run = bridge.fed_back(stage)
    texts = {}
    for query_id, text in bridge.collection.queries.text_of.items():
        fed = bridge.corpus.documents([doc for doc, _ in bridge.base.hits(query_id, 2)])
        texts[query_id] = " noise0x ".join([text, *(d["text"] for d in fed if d)])
    dense, queries = bridge.searched.stage, Queries.of(texts)
    expected = dense.search(bridge.corpus, queries, bridge.searched.folder, 50, SILENT)
    assert list(run) == list(expected)
    assert content(bridge.searched.folder) == before


def test_without_passages_it_is_the_run_without_feedback(bridge: Bridge) -> None:
    assert list(bridge.fed_back(EncoderFeedback(k=0))) == list(bridge.base)


def test_it_finds_what_shares_no_word_with_the_query(bridge: Bridge) -> None:
    assert target_recall(bridge.base) == 0
    assert target_recall(bridge.fed_back(EncoderFeedback())) >= 0.9


def test_a_failed_query_stays_failed_and_one_without_hits_is_asked_as_it_is(
    bridge: Bridge,
) -> None:
    some = [q for q in bridge.base.query_ids if q not in ("q3", "q4")]
    first = replace(bridge.base.only(some).only(bridge.base.query_ids), failed=frozenset({"q4"}))
    run = bridge.fed_back(EncoderFeedback(), first)
    assert run.hits("q3") == bridge.base.hits("q3")
    assert run.failed == {"q4"}
    assert not run.hits("q4")


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_a_passage_is_cut_at_its_tokens(backend: str, model_root: Path) -> None:
    network = load(ENCODER, "encoder", backend)
    text = "Old river,  new engine."
    assert shortened(network, text, 3) == "Old river,"
    assert shortened(network, text, 5) == "Old river,  new engine"
    assert shortened(network, text, 6) == text
    assert shortened(network, "", 1) == ""


def test_a_static_model_counts_its_words(axis_root: Path) -> None:
    network = load(AXIS, "encoder", "torch")
    assert shortened(network, " t0a1x t0a2x t0b3x", 2) == " t0a1x t0a2x"


def test_what_a_passage_adds_is_what_the_score_loses_without_it(bridge: Bridge) -> None:
    stage = EncoderFeedback(k=2)
    run = bridge.fed_back(stage)
    doc_id, score = run.hits("q0")[3]
    placed = Placed("q0", bridge.collection.queries.text_of["q0"], doc_id, "")
    first = bridge.base.only(["q0"])
    asked = Asked(placed, bridge.corpus, bridge.collection.queries.only(["q0"]), [first], 50)
    told = stage.explain(asked, bridge.searched)
    assert told is not None
    assert told.total is None
    for part, left in zip(told.parts, reversed(first.hits("q0", 2)), strict=True):
        alone = replace(stage, k=1)
        only = first.only(["q0"])
        kept = [hit for hit in only.hits("q0") if hit[0] == left[0]]
        again = bridge.fed_back(
            alone,
            type(first).from_lists({q: kept if q == "q0" else [] for q in bridge.base.query_ids}),
        )
        assert part["Score without it"] == pytest.approx(dict(again.hits("q0"))[doc_id], abs=1e-6)
        assert part["Adds"] == pytest.approx(score - part["Score without it"], abs=1e-5)
