"""Loading a model on a back end: which one a machine is best served by, kept for the next call.

`torch` is the plain sentence-transformers call. The `openvino` back ends run the same network,
converted once and kept, several times faster on a processor and without importing torch at all.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from evaluation.errors import ModelError
from evaluation.models.folders import (
    downloads_allowed,
    find_model,
    model_folder,
    model_revision,
)
from evaluation.models.model_files import read_modules
from evaluation.models.network import Kind, Network

T = TypeVar("T")
TICK_S = 0.2
BACKENDS = ("auto", "torch", "openvino", "openvino-bf16", "openvino-int8")
CONVERTIBLE = {"Transformer", "Pooling", "Normalize", "Dense", "LayerNorm", "Dropout"}


def resolve_backend(name: str, backend: str) -> str:
    """Say what a back end means for a model on this machine, without loading anything.

    `auto` is torch where there is an NVIDIA GPU or OpenVINO cannot run the model; else the fastest
    of OpenVINO that keeps the quality: in bfloat16 if the processor computes in it, else in 8-bit
    integers if it has instructions for them, else in full precision. Where bfloat16 is wanted and
    not to be had, full precision takes its place.
    """
    if backend == "auto":
        folder = model_folder(name) if downloads_allowed() else find_model(name)
        fast = find_spec("openvino") and not has_gpu() and (not folder or _convertible(folder))
        return _fastest() if fast else "torch"
    if backend == "openvino-bf16" and not processor_has("avx512_bf16", "amx_bf16"):
        return "openvino"
    return backend


def _fastest() -> str:
    if processor_has("avx512_bf16", "amx_bf16"):
        return "openvino-bf16"
    return "openvino-int8" if processor_has("avx512_vnni", "avx_vnni") else "openvino"


def load(
    name: str,
    kind: Kind,
    backend: str,
    max_length: int = 0,
    tick: Callable[[], None] = lambda: None,
    layers: int = 0,
) -> Network:
    """Load a model, kept in this process for the next call (until its files change).

    Args:
        name: of the model; see `folders`.
        kind: what it is used as.
        backend: a resolved one, not `auto`.
        max_length: longest input in tokens; 0 for the model's own.
        tick: called again and again while it is loaded; may raise to stop waiting.
        layers: of an encoder, how many to run, from the first; 0 for all.

    Raises:
        ModelError: it cannot be found, loaded, or used for what was asked.
    """
    revision = model_revision(name)
    return patiently(lambda: _load(name, revision, kind, backend, max_length, layers), tick)


def patiently(work: Callable[[], T], tick: Callable[[], None]) -> T:
    """Do work in a thread of its own, calling `tick` in this one until it is done.

    Importing torch or converting a model takes seconds in which nothing can be stopped. If `tick`
    raises, the work goes on unseen, and what it made is there for the next time.
    """
    outcome: Future[T] = Future()

    def do() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            outcome.set_exception(error)

    threading.Thread(target=do, daemon=True).start()
    while True:
        try:
            return outcome.result(timeout=TICK_S)
        except TimeoutError:
            if outcome.done():  # it ended just now, or the error is its own
                return outcome.result()
            tick()


@lru_cache(maxsize=4)
def _load(
    name: str, revision: str, kind: Kind, backend: str, max_length: int, layers: int
) -> Network:
    folder = model_folder(name)
    if backend == "torch":
        from evaluation.models.torch_network import TorchNetwork, load_model

        return TorchNetwork(load_model(name, folder, kind, layers), name, kind, max_length)
    if find_spec("openvino") is None:
        raise ModelError(
            f"The back end {backend} needs OpenVINO, which is not installed. Install it with "
            "`pip install openvino`, or choose the back end `torch`."
        )
    from evaluation.models.openvino_conversion import converted
    from evaluation.models.openvino_network import OpenVINONetwork

    place = converted(name, revision, folder, kind, layers)
    return OpenVINONetwork(place, name, kind, backend, max_length)


@cache
def processor_has(*flags: str) -> bool:
    """Say whether the processor lists any of some features (nowhere but on Linux)."""
    try:
        listed = Path("/proc/cpuinfo").read_text("utf-8").split()
    except OSError:
        return False
    return not set(flags).isdisjoint(listed)


@cache
def has_gpu() -> bool:
    """Say whether there is an NVIDIA GPU and a torch that can use it, without importing torch."""
    try:
        built_for_cpu = version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1")
    return Path("/dev/nvidia0").exists() and not built_for_cpu and not hidden


def _convertible(folder: Path) -> bool:
    kinds = {str(module.get("type")).rpartition(".")[2] for module in read_modules(folder)}
    return kinds <= CONVERTIBLE
