"""Models converted to OpenVINO, run in small batches of texts of similar length."""

import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.files import read_json
from evaluation.models.network import (
    About,
    Kind,
    Output,
    Rows,
    Take,
    Text,
    Values,
    threads,
    token_batches,
)

BATCH_TOKENS = 1024
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS: dict[Kind, tuple[Output, ...]] = {
    "encoder": ("vectors", "tokens"),
    "cross-encoder": ("scores",),
}
OPTIONS = {
    "openvino": {"INFERENCE_PRECISION_HINT": "f32"},
    "openvino-bf16": {"INFERENCE_PRECISION_HINT": "bf16"},
    "openvino-int8": {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "128"},
}


def openvino_library() -> Any:
    """Import OpenVINO in such a way that it does not report to its maker over the network."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


class OpenVINONetwork:
    """A converted model: one stream per thread, each with a small batch of its own.

    Two streams of one thread do more than one of two threads.
    """

    def __init__(self, folder: Path, name: str, kind: Kind, backend: str, max_length: int) -> None:
        from tokenizers import Tokenizer

        record = read_json(folder / "about.json")
        self._about = About(**record["about"])
        self.inputs, self.pad, self.outputs = record["inputs"], record["pad"], OUTPUTS[kind]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self._about.length(name, max_length))
        core, streams = openvino_library().Core(), threads()
        model = core.read_model(str(folder / "model.xml"))
        if backend == "openvino-int8":
            quantise(model)
        options = {"INFERENCE_NUM_THREADS": streams, "NUM_STREAMS": streams, **OPTIONS[backend]}
        compiled = core.compile_model(model, "CPU", options)
        self.queue = openvino_library().AsyncInferQueue(compiled, streams)
        self.lock = threading.Lock()

    @property
    def about(self) -> About:
        """What the model says about itself."""
        return self._about

    def run(self, texts: Sequence[Text], output: Output, take: Take) -> None:
        """Run the model over texts: see `Network.run`."""
        tokens = self.tokenizer.encode_batch_fast(list(texts))
        lengths = [max(1, len(encoding.ids)) for encoding in tokens]  # nothing: one padding token
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

    def pieces(self, text: str) -> list[tuple[str, int, int]]:
        """Cut a text into tokens: see `Network.pieces`."""
        with self.lock:
            found = self.tokenizer.encode(text)
        return [(token, *place) for token, place in zip(found.tokens, found.offsets, strict=True)]

    def _feed(self, tokens: Sequence[Any]) -> dict[str, npt.NDArray[np.int64]]:
        """Pad the tokens of one batch to arrays of (texts, longest)."""
        width = max(1, *(len(encoding.ids) for encoding in tokens))
        arrays = {name: np.zeros((len(tokens), width), np.int64) for name in INPUTS}
        arrays["input_ids"].fill(self.pad)
        for row, encoding in enumerate(tokens):
            length = len(encoding.ids)
            arrays["input_ids"][row, :length] = encoding.ids
            arrays["attention_mask"][row, : max(1, length)] = 1
            arrays["token_type_ids"][row, :length] = encoding.type_ids
        return {name: arrays[name] for name in self.inputs}


def quantise(model: Any) -> None:
    """Turn the weights of all matrix products into 8-bit integers, one scale per row, in place.

    OpenVINO then quantises the other factor as it goes, in groups (see OPTIONS).
    """
    openvino_library()
    from openvino import opset13

    for node in model.get_ordered_ops():
        if node.get_type_name() != "MatMul":
            continue
        source = node.input_value(1).get_node()
        if source.get_type_name() != "Constant" or source.data.ndim != 2:
            continue
        attributes = node.get_attributes()
        weights = source.data if attributes["transpose_b"] else source.data.T
        scale = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-12) / 127
        integers = opset13.constant(np.round(weights / scale).astype(np.int8))
        restored = opset13.multiply(
            opset13.convert(integers, "f32"), opset13.constant(scale.astype(np.float32))
        )
        first, flip = node.input_value(0), attributes["transpose_a"]
        node.output(0).replace(opset13.matmul(first, restored, flip, True).output(0))


def _cut(values: npt.NDArray[np.float32], lengths: list[int], output: Output) -> Values:
    if output != "tokens":
        return values
    return [states[:length] for states, length in zip(values, lengths, strict=True)]
