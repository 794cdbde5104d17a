import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluation.errors import CancelledError, ModelError
from evaluation.models import loading
from evaluation.models.loading import BACKENDS, load, patiently, resolve_backend
from tests.tiny_models import ENCODER

REAL = [backend for backend in BACKENDS if backend != "auto"]


def test_a_model_that_was_loaded_is_kept_until_its_files_change(model_root: Path) -> None:
    shutil.copytree(model_root / ENCODER, model_root / "changing")
    before = load("changing", "encoder", "torch")
    assert load("changing", "encoder", "torch") is before
    config = model_root / "changing" / "config_sentence_transformers.json"
    config.write_text('{"prompts": {"query": "question: "}}', "utf-8")
    assert load("changing", "encoder", "torch").about.prompts == {"query": "question: "}


def test_waiting_for_a_model_can_be_stopped_at_once() -> None:
    finished, started = threading.Event(), time.monotonic()

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        patiently(lambda: finished.wait(30), stop)
    assert time.monotonic() - started < 5
    finished.set()


def test_waiting_gives_the_result_or_raises_the_error_of_the_work() -> None:
    ticks: list[float] = []
    late = threading.Timer(0.5, (done := threading.Event()).set)
    late.start()
    assert patiently(lambda: done.wait(30), lambda: ticks.append(0)) is True
    assert ticks
    for error in (ModelError("no such model"), TimeoutError("of the work itself")):

        def fail(raised: Exception = error) -> None:
            raise raised

        with pytest.raises(type(error), match=str(error)):
            patiently(fail, lambda: None)


def on_a_machine_with(
    monkeypatch: pytest.MonkeyPatch, flags: set[str], gpu: bool = False
) -> Callable[[str], str]:
    monkeypatch.setattr(loading, "processor_has", lambda *wanted: bool(flags & set(wanted)))
    monkeypatch.setattr(loading, "has_gpu", lambda: gpu)
    return lambda backend: resolve_backend(ENCODER, backend)


def test_auto_takes_what_the_machine_does_fastest(
    model_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_a_machine_with(monkeypatch, {"amx_bf16", "avx_vnni"})("auto") == "openvino-bf16"
    assert on_a_machine_with(monkeypatch, {"avx512_vnni"})("auto") == "openvino-int8"
    assert on_a_machine_with(monkeypatch, set())("auto") == "openvino"
    assert on_a_machine_with(monkeypatch, {"amx_bf16"}, gpu=True)("auto") == "torch"


def test_a_processor_without_bfloat16_computes_in_full_precision(
    model_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = on_a_machine_with(monkeypatch, set())
    assert [resolve(backend) for backend in REAL] == [
        "torch",
        "openvino",
        "openvino",
        "openvino-int8",
    ]


def test_auto_leaves_models_that_cannot_be_converted_to_torch(
    model_root: Path,
) -> None:
    shutil.copytree(model_root / ENCODER, model_root / "weighted", dirs_exist_ok=True)
    part = {"path": "", "type": "sentence_transformers.models.WeightedLayerPooling"}
    (model_root / "weighted" / "modules.json").write_text(json.dumps([part]), "utf-8")
    assert resolve_backend("weighted", "auto") == "torch"


def test_without_openvino_auto_is_torch_and_the_others_say_what_is_missing(
    model_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "find_spec", lambda name: None)
    assert resolve_backend(ENCODER, "auto") == "torch"
    with pytest.raises(ModelError, match="openvino needs OpenVINO, which is not installed"):
        load(ENCODER, "encoder", "openvino", 5)


def test_what_a_back_end_means_is_found_without_loading_anything(model_root: Path) -> None:
    code = (
        "import sys; from evaluation.models.loading import resolve_backend as r;"
        f"from evaluation.models.folders import model_revision as v; r({ENCODER!r}, 'auto');"
        f"v({ENCODER!r}); print({{'torch', 'openvino', 'transformers'}} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ("set()\n", "")
