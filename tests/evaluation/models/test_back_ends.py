import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.errors import CancelledError, ModelError
from evaluation.models.loading import BACKENDS, load
from evaluation.models.network import Kind, Network, Output, Rows, Text, Values
from tests.tiny_models import CROSS_ENCODER, ENCODER

TEXTS = [
    "river",
    "how is the old engine in the large quiet market",
    "",
    "the harbour found a new planet " * 9,  # longer than the model takes
    "unknown words only",
]
PAIRS = [("how is the river", text) for text in TEXTS]
REAL = [backend for backend in BACKENDS if backend != "auto"]
TOLERANCE = {"openvino": 1e-5, "openvino-bf16": 0.03, "openvino-int8": 0.1, "torch": 1e-6}


def answers(network: Network, texts: list[Text], output: Output) -> list[npt.NDArray[np.float32]]:
    found: dict[int, npt.NDArray[np.float32]] = {}

    def take(rows: Rows, values: Values) -> None:
        found.update(zip(rows.tolist(), values, strict=True))

    network.run(texts, output, take)
    return [found[row] for row in range(len(texts))]


def sentence_transformers_vectors(folder: Path, texts: list[str]) -> npt.NDArray[np.float32]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return np.asarray(model.encode(texts, show_progress_bar=False))


@pytest.mark.parametrize("backend", REAL)
def test_every_back_end_gives_the_vectors_of_sentence_transformers(
    backend: str, model_root: Path
) -> None:
    expected = sentence_transformers_vectors(model_root / ENCODER, TEXTS)
    found = answers(load(ENCODER, "encoder", backend), list(TEXTS), "vectors")
    assert np.abs(np.stack(found) - expected).max() < TOLERANCE[backend]


@pytest.mark.parametrize("backend", REAL)
def test_every_back_end_gives_one_state_per_token(backend: str, model_root: Path) -> None:
    plain = answers(load(ENCODER, "encoder", "torch"), list(TEXTS), "tokens")
    found = answers(load(ENCODER, "encoder", backend), list(TEXTS), "tokens")
    assert [state.shape for state in found] == [(3, 24), (12, 24), (2, 24), (16, 24), (5, 24)]
    scale = max(float(np.abs(state).max()) for state in plain)
    for state, expected in zip(found, plain, strict=True):
        assert np.abs(state - expected).max() < TOLERANCE[backend] * scale


@pytest.mark.parametrize("backend", REAL)
def test_every_back_end_gives_the_scores_of_the_cross_encoder(
    backend: str, model_root: Path
) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    model = CrossEncoder(str(model_root / CROSS_ENCODER), device="cpu", local_files_only=True)
    expected = model.predict(PAIRS, activation_fn=Identity(), show_progress_bar=False)
    found = np.concatenate(
        answers(load(CROSS_ENCODER, "cross-encoder", backend), [*PAIRS], "scores")
    )
    scale = float(np.abs(expected).max())
    assert np.abs(found - expected).max() < TOLERANCE[backend] * scale


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_a_shorter_longest_input_cuts_the_text(backend: str, model_root: Path) -> None:
    network = load(ENCODER, "encoder", backend, 4)
    first, second = answers(network, ["old river engine market", "old river"], "vectors")
    assert np.abs(first - second).max() < 1e-5


def test_a_longer_input_than_the_model_has_places_for_is_refused(model_root: Path) -> None:
    for backend in ("torch", "openvino"):
        with pytest.raises(ModelError, match="takes at most 32 tokens"):
            load(ENCODER, "encoder", backend, 33)


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_stopping_leaves_a_model_that_still_works(backend: str, model_root: Path) -> None:
    network = load(ENCODER, "encoder", backend)
    expected = answers(network, ["river"], "vectors")[0]

    def stop(rows: Rows, values: Values) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        network.run(["old", "new"] * 200, "vectors", stop)
    assert np.array_equal(answers(network, ["river"], "vectors")[0], expected)


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("plain-bert", "cross-encoder", "no trained head that scores pairs"),
        (ENCODER, "cross-encoder", "no trained head that scores pairs"),
        (CROSS_ENCODER, "encoder", "scores pairs of texts and gives no vectors"),
        ("broken", "encoder", "'broken' cannot be loaded: "),
        ("foreign", "encoder", "'foreign' is made with code of its own "),
        ("two-numbers", "cross-encoder", "gives 2 numbers per pair"),
    ],
)
def test_a_model_that_cannot_be_used_is_answered_with_a_sentence(
    name: str, kind: Kind, sentence: str, model_root: Path, odd_models: None
) -> None:
    with pytest.raises(ModelError, match=sentence):
        load(name, kind, "torch")


def test_a_converted_model_needs_no_torch_and_reports_to_nobody(model_root: Path) -> None:
    load(ENCODER, "encoder", "openvino")
    code = (
        "import sys; from evaluation.models.loading import load;"
        f"load({ENCODER!r}, 'encoder', 'openvino').run(['river'], 'vectors', lambda *a: None);"
        "print({'torch', 'transformers'} & set(sys.modules), sys.modules['openvino_telemetry'])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout == "set() None\n", answer.stderr


def test_a_conversion_that_gives_other_numbers_is_refused(
    model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evaluation.models import openvino_conversion

    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))
    monkeypatch.setattr(openvino_conversion, "CLOSE", 0.0)  # no two programs agree to the last bit
    shutil.copytree(model_root / ENCODER, model_root / "doubted")
    with pytest.raises(ModelError, match=r"other numbers once converted .* Choose the back end"):
        load("doubted", "encoder", "openvino")
    assert not list(tmp_path.iterdir())
