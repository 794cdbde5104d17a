"""Models converted to OpenVINO once, kept in a cache folder, and run in small sorted batches."""

import os
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.errors import ModelError
from evaluation.files import drafted_folder, read_json, write_json
from evaluation.models.folders import model_revision
from evaluation.models.network import (
    About,
    Kind,
    Network,
    Output,
    Rows,
    Take,
    Text,
    Values,
    threads,
    token_batches,
)

FORMAT = 1  # of a converted folder
BATCH_TOKENS = 1024
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS: dict[Kind, tuple[Output, ...]] = {
    "encoder": ("vectors", "tokens"),
    "cross-encoder": ("scores",),
}
SAMPLES = (
    "How is a converted network checked?",
    "By running a few texts of unequal length through both, in one padded batch: " + "word " * 40,
    "Yes",
)
CLOSE = 1e-3
_cache: dict[str, Path] = {}


def keep_in(folder: Path) -> None:
    """Say where converted models are kept (unless RANKLAB_MODEL_CACHE names a folder)."""
    _cache["folder"] = folder


def cache_folder() -> Path:
    """Give the folder of converted models."""
    given = os.environ.get("RANKLAB_MODEL_CACHE")
    if given:
        return Path(given).expanduser()
    return _cache.get("folder", Path.home() / ".cache" / "ranklab" / "models")


def open_network(
    name: str, folder: Path, kind: Kind, backend: str, max_length: int
) -> "OpenVINONetwork":
    """Open a model on OpenVINO, converting it if that was not done before.

    Raises:
        ModelError: it cannot be loaded or not be converted.
    """
    place = cache_folder() / f"{model_revision(name)}-{kind}-{version('openvino')}-{FORMAT}"
    if not place.exists():
        convert(name, folder, kind, place)
    return OpenVINONetwork(place, name, kind, backend == "openvino-bf16", max_length)


class OpenVINONetwork:
    """A converted model: one stream per thread, each with a small batch of its own."""

    def __init__(
        self, folder: Path, name: str, kind: Kind, bfloat16: bool, max_length: int
    ) -> None:
        from tokenizers import Tokenizer

        record = read_json(folder / "about.json")
        self._about = About(**record["about"])
        self.inputs, self.pad, self.outputs = record["inputs"], record["pad"], OUTPUTS[kind]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self._about.length(name, max_length))
        openvino, streams = _openvino(), threads()
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": streams,
            "NUM_STREAMS": streams,
        }
        compiled = openvino.Core().compile_model(str(folder / "model.xml"), "CPU", options)
        self.queue = openvino.AsyncInferQueue(compiled, streams)
        self.lock = threading.Lock()

    @property
    def about(self) -> About:
        """What the model says about itself."""
        return self._about

    def run(self, texts: Sequence[Text], output: Output, take: Take) -> None:
        """Run the model over texts: see `Network.run`."""
        tokens = self.tokenizer.encode_batch_fast(list(texts))
        lengths = [len(encoding.ids) for encoding in tokens]
        place, finished = self.outputs.index(output), deque[tuple[Rows, Any]]()

        def collect(request: Any, rows: Rows) -> None:
            finished.append((rows, request.get_output_tensor(place).data.copy()))

        def hand_over() -> None:
            while finished:
                rows, values = finished.popleft()
                take(rows, _cut(values, [lengths[r] for r in rows], output))

        with self.lock:
            self.queue.set_callback(collect)
            try:
                for rows in token_batches(lengths, BATCH_TOKENS):
                    self.queue.start_async(self._feed([tokens[row] for row in rows]), rows)
                    hand_over()
            finally:
                self.queue.wait_all()
            hand_over()

    def _feed(self, tokens: Sequence[Any]) -> dict[str, npt.NDArray[np.int64]]:
        """Pad the tokens of one batch to arrays of (texts, longest)."""
        width = max(len(encoding.ids) for encoding in tokens)
        arrays = {name: np.zeros((len(tokens), width), np.int64) for name in INPUTS}
        arrays["input_ids"].fill(self.pad)
        for row, encoding in enumerate(tokens):
            length = len(encoding.ids)
            arrays["input_ids"][row, :length] = encoding.ids
            arrays["attention_mask"][row, :length] = 1
            arrays["token_type_ids"][row, :length] = encoding.type_ids
        return {name: arrays[name] for name in self.inputs}


def _cut(values: npt.NDArray[np.float32], lengths: list[int], output: Output) -> Values:
    if output != "tokens":
        return values
    return [states[:length] for states, length in zip(values, lengths, strict=True)]


def convert(name: str, folder: Path, kind: Kind, target: Path) -> None:
    """Convert a model and check the result against the original.

    Raises:
        ModelError: it cannot be converted, or the converted one gives other numbers.
    """
    from evaluation.models.torch_network import TorchNetwork, describe, load_model, quiet

    openvino, model = _openvino(), load_model(name, folder, kind).to("cpu")
    if getattr(model.tokenizer, "backend_tokenizer", None) is None:
        raise ModelError(f"The model {name!r} has no fast tokenizer. {ADVICE}")
    with drafted_folder(target) as draft, quiet():
        try:
            converted, inputs = _trace(openvino, model, kind)
        except (RuntimeError, ValueError, TypeError, AttributeError, LookupError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise ModelError(
                f"The model {name!r} cannot be converted to OpenVINO ({reason[:200]}). {ADVICE}"
            ) from error
        openvino.save_model(converted, str(draft / "model.xml"), compress_to_fp16=False)
        model.tokenizer.backend_tokenizer.save(str(draft / "tokenizer.json"))
        about, pad = asdict(describe(model, kind)), model.tokenizer.pad_token_id or 0
        write_json(draft / "about.json", {"about": about, "inputs": inputs, "pad": pad})
        _compare(
            name,
            TorchNetwork(model, name, kind, 0),
            OpenVINONetwork(draft, name, kind, bfloat16=False, max_length=0),
            OUTPUTS[kind],
        )


ADVICE = "Choose the back end `torch` for it."


def _trace(openvino: Any, model: Any, kind: Kind) -> tuple[Any, list[str]]:
    """Convert the whole pipeline: transformer, pooling, normalisation or scoring head."""
    import torch

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stages = model

        def forward(self, *arrays: Any) -> Any:
            features = dict(zip(inputs, arrays, strict=True))
            for stage in self.stages:
                features = stage(features)
            if kind == "cross-encoder":
                return features["scores"]
            return features["sentence_embedding"], features["token_embeddings"]

    texts = list(SAMPLES[:2])
    samples = texts if kind == "encoder" else [(texts[0], text) for text in texts]
    features = model.preprocess(samples)
    inputs = [name for name in INPUTS if name in features]
    example = tuple(features[name].to(torch.int64) for name in inputs)
    with torch.no_grad():
        converted = openvino.convert_model(Pipeline().eval(), example_input=example)
    for name, port in zip(inputs, converted.inputs, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    converted.validate_nodes_and_infer_types()
    return converted, inputs


def _compare(name: str, original: Network, converted: Network, outputs: Sequence[Output]) -> None:
    for output in outputs:
        for expected, got in zip(
            _answers(original, output), _answers(converted, output), strict=True
        ):
            scale = float(np.abs(expected).max()) or 1.0
            if got.shape != expected.shape or np.abs(got - expected).max() > CLOSE * scale:
                raise ModelError(
                    f"The model {name!r} gives other numbers once converted to OpenVINO. {ADVICE}"
                )


def _answers(network: Network, output: Output) -> list[npt.NDArray[np.float32]]:
    found: dict[int, npt.NDArray[np.float32]] = {}

    def take(rows: Rows, values: Values) -> None:
        found.update(zip(rows.tolist(), values, strict=True))

    pairs = [(SAMPLES[0], text) for text in SAMPLES]
    network.run(pairs if output == "scores" else list(SAMPLES), output, take)
    return [found[row] for row in range(len(SAMPLES))]


def _openvino() -> Any:
    # Without this, converting a model would report to its maker over the network.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
