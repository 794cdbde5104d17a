"""Dense and late interaction on tiny real models, against the runs and against each other."""

from pathlib import Path
from typing import Any

import pytest

from evaluation.collections.collection import Queries
from evaluation.explanations.occlusion import sentences
from evaluation.models.encoding import encode_tokens
from evaluation.models.loading import load
from evaluation.workspace import Workspace
from tests.evaluation.explanations.setting import Setting
from tests.tiny_models import CROSS_ENCODER, ENCODER

MODEL = {"model": ENCODER, "backend": "openvino"}
CANDIDATES = [{"stage": "bm25"}]


def test_sentences_are_found_with_their_places() -> None:
    text = " One is short. Two? 三是中文。\nFour has 3.5 marks!! ... "
    found = [text[start:end] for start, end in sentences(text)]
    assert found[:3] == ["One is short.", "Two?", "三是中文。"]
    assert sentences(" ... \n") == []


@pytest.mark.parametrize("index_type", ["flat", "hnsw"])
def test_dense_leaves_out_each_word_and_finds_the_nearest_sentence(
    index_type: str, workspace: Workspace, model_root: Path
) -> None:
    setting = Setting(workspace, {"stage": "dense", "index_type": index_type, **MODEL})
    doc_id, score = setting.run.hits("q1")[3]
    (stage,) = setting.explain("q1", doc_id)
    assert stage["rank"] == 4
    assert stage["total"] == pytest.approx(score, abs=1e-4)
    assert [part["word"] for part in stage["parts"]] == ["river", "study"]
    for part, left in zip(stage["parts"], (" study", "river "), strict=True):
        asked = setting.execution.search_once(setting.system.root, Queries.of({"x": left}))
        alone = dict(asked.hits("x"))[doc_id]
        assert part["score"] == pytest.approx(alone, abs=1e-4)
        assert part["drop"] == pytest.approx(score - alone, abs=2e-4)
    ((start, end),) = stage["marks"]
    assert setting.placed("q1", doc_id).text[start:end].strip()


@pytest.mark.parametrize("prompts", [{}, {"query_prompt": "what is ", "document_prompt": "the "}])
def test_matches_add_up_to_the_score_of_the_run(
    prompts: dict[str, str], workspace: Workspace, model_root: Path
) -> None:
    tree: dict[str, Any] = {"stage": "maxsim", "inputs": CANDIDATES, **MODEL, **prompts}
    setting = Setting(workspace, tree)
    doc_id, score = setting.run.hits("q3")[1]
    first, stage = setting.explain("q3", doc_id)
    assert first["method"] == "terms"
    assert stage["method"] == "matches"
    assert sum(part["share"] for part in stage["parts"]) == pytest.approx(score, abs=1e-4)
    text = setting.placed("q3", doc_id).text.lower()
    placed = [part for part in stage["parts"] if part["end"]]
    for part in placed:
        assert text[part["start"] : part["end"]] == part["match"]
    tokens = [part["token"] for part in stage["parts"]]
    assert tokens[0] == "[CLS]"
    assert tokens[-3:] == ["violin", "study", "[SEP]"]


def test_a_document_the_reranker_never_read_is_said(workspace: Workspace, model_root: Path) -> None:
    tree = {"stage": "maxsim", "inputs": CANDIDATES, "depth": 1, **MODEL}
    setting = Setting(workspace, tree)
    second = [
        doc_id for doc_id, _ in setting.execution.run(setting.system.root.inputs[0]).run.hits("q1")
    ][1]
    _, stage = setting.explain("q1", second)
    assert (stage["method"], stage["rank"]) == ("before", None)
    assert "has it at rank 2, and the reranker reads the first 1 only" in stage["note"]


def test_a_cross_encoder_says_where_the_document_stood_before(
    workspace: Workspace, model_root: Path
) -> None:
    tree = {"stage": "cross-encoder", "inputs": CANDIDATES, "model": CROSS_ENCODER}
    setting = Setting(workspace, tree)
    doc_id, score = setting.run.hits("q2")[2]
    first, stage = setting.explain("q2", doc_id)
    assert (stage["method"], stage["rank"], stage["score"]) == ("before", 3, score)
    (before,) = stage["parts"]
    assert (before["rank"], before["score"]) == (first["rank"], first["score"])


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_pieces_are_as_many_as_token_vectors_and_stand_where_they_say(
    backend: str, model_root: Path
) -> None:
    network = load(ENCODER, "encoder", backend)
    for text in ("river", "", "  the old   Harbour found a new planet " * 9):
        (vectors,) = encode_tokens(network, [text])
        pieces = network.pieces(text)
        assert len(pieces) == len(vectors)
        for token, start, end in pieces:
            assert text[start:end].lower() == (token if end else "")
