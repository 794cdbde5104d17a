import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import ModelError
from evaluation.models.folders import allow_downloads
from evaluation.models.sparse_network import load_sparse
from evaluation.retrievers.learned_sparse import LearnedSparse
from tests.tiny_models import CROSS_ENCODER, ENCODER, INFERENCE_FREE, SPLADE


def copied(root: Path, name: str, target: str) -> Path:
    return Path(shutil.copytree(root / name, root / target, dirs_exist_ok=True))


@pytest.mark.parametrize("name", [ENCODER, CROSS_ENCODER])
def test_a_model_that_is_no_sparse_encoder_is_refused(name: str, model_root: Path) -> None:
    with pytest.raises(ModelError, match="is no sparse encoder"):
        load_sparse(name)


def test_a_masked_language_model_alone_is_taken_as_splade(model_root: Path) -> None:
    found = load_sparse("plain-masked").encode(["river engine"], "query", lambda done: None)
    assert len(found.codes)


def test_weights_that_could_run_code_are_refused(model_root: Path) -> None:
    folder = copied(model_root, INFERENCE_FREE, "pickled")
    inner = next(path for path in folder.glob("query_0*"))
    (inner / "model.safetensors").rename(inner / "pytorch_model.bin")
    with pytest.raises(ModelError, match="safetensors"):
        load_sparse("pickled")


def test_a_table_of_weights_outside_of_the_folder_is_refused(model_root: Path) -> None:
    folder = copied(model_root, INFERENCE_FREE, "leading-out")
    inner = next(path for path in folder.glob("query_0*"))
    (inner / "config.json").write_text(json.dumps({"frozen": True, "path": "/etc/weights.json"}))
    with pytest.raises(ModelError, match="outside of its folder"):
        load_sparse("leading-out")


def test_a_distance_is_refused_and_cosine_gives_weights_of_length_one(model_root: Path) -> None:
    for similarity in ("euclidean", "cosine"):
        folder = copied(model_root, SPLADE, f"by-{similarity}")
        config = json.loads((folder / "config_sentence_transformers.json").read_text())
        text = json.dumps(config | {"similarity_fn_name": similarity})
        (folder / "config_sentence_transformers.json").write_text(text)
    with pytest.raises(ModelError, match="euclidean"):
        load_sparse("by-euclidean")
    found = load_sparse("by-cosine").encode(["river engine"], "document", lambda done: None)
    assert np.linalg.norm(found.values) == pytest.approx(1, abs=1e-6)


def test_a_length_beyond_the_models_positions_is_refused(model_root: Path) -> None:
    with pytest.raises(ModelError, match="at most 32 tokens"):
        load_sparse(SPLADE, 33)


def test_a_model_that_is_not_here_is_answered_with_what_to_do(model_root: Path) -> None:
    allow_downloads(False)
    assert LearnedSparse().revision() == ""
    with pytest.raises(ModelError, match="is not on this machine"):
        load_sparse(LearnedSparse().model)
