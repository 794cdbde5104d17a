"""Converting a model to OpenVINO: once, checked against the original, kept in a folder."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.errors import ModelError
from evaluation.files import drafted_folder, write_json
from evaluation.models.folders import cache_folder
from evaluation.models.network import Kind, Network, Output, Rows, Values
from evaluation.models.openvino_network import INPUTS, OUTPUTS, OpenVINONetwork, openvino_library

FORMAT = 1  # of a converted folder
SAMPLES = (
    "How is a converted network checked?",
    "By running a few texts of unequal length through both, in one padded batch: " + "word " * 40,
    "Yes",
)
CLOSE = 1e-3
ADVICE = "Choose the back end `torch` for it."


def converted(name: str, revision: str, folder: Path, kind: Kind, layers: int = 0) -> Path:
    """Give the folder of the converted model, converting it if that was not done before.

    Cut after so many `layers` (0 for all of them), it is a conversion of its own.

    Raises:
        ModelError: it cannot be loaded or not be converted.
    """
    cut = f"-{layers}-layers" if layers else ""
    place = cache_folder() / f"{revision}-{kind}-{version('openvino')}-{FORMAT}{cut}"
    if not place.exists():
        convert(name, folder, kind, place, layers)
    return place


def convert(name: str, folder: Path, kind: Kind, target: Path, layers: int = 0) -> None:
    """Convert a model and check the result against the original.

    Raises:
        ModelError: it cannot be converted, or the converted one gives other numbers.
    """
    from evaluation.models.torch_network import TorchNetwork, describe, load_model, quiet

    openvino, model = openvino_library(), load_model(name, folder, kind, layers).to("cpu")
    if getattr(model.tokenizer, "backend_tokenizer", None) is None:
        raise ModelError(f"The model {name!r} has no fast tokenizer. {ADVICE}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with drafted_folder(target, "the converted model") as draft, quiet():
        try:
            network, inputs = _trace(openvino, model, kind)
        except (RuntimeError, ValueError, TypeError, AttributeError, LookupError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise ModelError(
                f"The model {name!r} cannot be converted to OpenVINO ({reason[:200]}). {ADVICE}"
            ) from error
        openvino.save_model(network, str(draft / "model.xml"), compress_to_fp16=False)
        model.tokenizer.backend_tokenizer.save(str(draft / "tokenizer.json"))
        about, pad = asdict(describe(model, kind)), model.tokenizer.pad_token_id or 0
        write_json(draft / "about.json", {"about": about, "inputs": inputs, "pad": pad})
        _compare(
            name,
            TorchNetwork(model, name, kind, 0),
            OpenVINONetwork(draft, name, kind, "openvino", 0),
            OUTPUTS[kind],
        )


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
        network = openvino.convert_model(Pipeline().eval(), example_input=example)
    for name, port in zip(inputs, network.inputs, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    network.validate_nodes_and_infer_types()
    return network, inputs


def _compare(name: str, original: Network, other: Network, outputs: Sequence[Output]) -> None:
    for output in outputs:
        for expected, got in zip(_answers(original, output), _answers(other, output), strict=True):
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
