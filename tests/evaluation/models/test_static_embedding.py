import warnings
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import ModelError
from evaluation.models.encoding import encode, encode_tokens
from evaluation.models.folders import known_models, model_revision
from evaluation.models.loading import load, resolve_backend
from tests.axis_model import build_axis_model

WORDS = ["river", "engine", "violin"]


@pytest.fixture
def axis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that save it
        build_axis_model(tmp_path / "words", WORDS)
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(tmp_path))
    return tmp_path


def test_a_table_of_word_vectors_is_a_model_like_others(axis: Path) -> None:
    assert "words" in known_models()
    assert model_revision("words")
    assert resolve_backend("words", "auto") == "torch"
    found = np.empty((4, 4), np.float32)
    texts = ["river river engine", "violin", "", "nothing known"]
    encode(load("words", "encoder", "torch"), [texts], found, lambda _: None)
    rows = [[0, 2 / 5**0.5, 1 / 5**0.5, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    expected = np.array(rows, np.float32)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_its_longest_input_can_be_set(axis: Path) -> None:
    found = np.empty((1, 4), np.float32)
    encode(load("words", "encoder", "torch", 1), [["river engine"]], found, lambda _: None)
    np.testing.assert_allclose(found, [[0, 1, 0, 0]], atol=1e-6)


def test_its_words_are_found_in_the_text(axis: Path) -> None:
    pieces = load("words", "encoder", "torch").pieces("  river, engine")
    assert pieces == [("river", 2, 7), ("[UNK]", 7, 8), ("engine", 9, 15)]


def test_what_it_cannot_do_is_said(axis: Path) -> None:
    with pytest.raises(ModelError, match="gives no vectors of tokens"):
        encode_tokens(load("words", "encoder", "torch"), ["river"])
    with pytest.raises(ModelError, match="Choose the back end `torch`"):
        load("words", "encoder", "openvino")
