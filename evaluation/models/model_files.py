"""What a model folder holds, and what of it may be opened: tensors and descriptions, never code.

A folder of unknown origin can carry code in four ways: weights that are pickles, Python files of
its own (`auto_map`), the name of a class to import (`modules.json`), the name of a kernel to fetch
from the hub (`attn_implementation`). All but `auto_map` are refused here, before any library opens
the folder; that one by the libraries, which are never told to trust it.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, NoReturn

from evaluation.errors import ModelError

MAX_JSON_BYTES = 20_000_000  # of a description; tokenizers are read by their own library
PICKLED = "RANKLAB_ALLOW_PICKLED_WEIGHTS"
DESCRIPTIONS = ("modules.json", "config.json")
PART = re.compile(
    r"sentence_transformers\.[\w.]*\.?[A-Z]\w*|pylate\.models\.Dense\.Dense", re.ASCII
)
WHOLE = ("model.safetensors", "model.safetensors.index.json")


def pickled_allowed() -> bool:
    """Say whether whoever runs this server allows weights in torch's own format (PyTorch `.bin`).

    Even then torch reads tensors out of them and nothing else, so no code in them is run.
    """
    return os.environ.get(PICKLED, "").strip() == "1"


def reading() -> dict[str, Any]:
    """Give the options with which every library of ours reads weights.

    They are said each time because a folder's own description could say otherwise.
    """
    return {"use_safetensors": None if pickled_allowed() else True, "weights_only": True}


def faults() -> tuple[type[Exception], ...]:
    """List what the libraries raise where they cannot load a model."""
    from safetensors import SafetensorError

    plain = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError)
    return (*plain, SafetensorError, UnpicklingError)


def reason(error: Exception) -> str:
    """Give the first line of what a library says, or its kind where it says nothing."""
    if isinstance(error, UnpicklingError):  # torch would advise to run what is in it
        return "Its weights hold more than tensors, which is never read."
    said = str(error).strip().splitlines()
    return said[0][:300] if said else type(error).__name__


def holds_weights(folder: Path) -> bool:
    """Say whether a folder holds weights that may be read."""
    kinds = ("*.safetensors", "*.bin") if pickled_allowed() else ("*.safetensors",)
    return any(path.is_file() for kind in kinds for path in folder.rglob(kind))


def is_model(folder: Path) -> bool:
    """Say whether a folder holds a model: a description, and weights that may be read."""
    return any((folder / name).exists() for name in DESCRIPTIONS) and holds_weights(folder)


def read_config(folder: Path, name: str) -> dict[str, Any]:
    """Read one of a model's JSON files; empty where there is none. Raises ModelError."""
    found = _read_json(folder, name, {})
    return found if isinstance(found, dict) else _broken(folder, name, "it is no JSON object")


def read_modules(folder: Path) -> list[dict[str, Any]]:
    """Read the modules that a model is made of (`type`, `path`); none for a plain transformer.

    Raises:
        ModelError: the list is broken, or leads out of the folder.
    """
    name = "modules.json"
    found = _read_json(folder, name, [])
    if not isinstance(found, list) or not all(isinstance(module, dict) for module in found):
        _broken(folder, name, "it is no list of modules")
    for module in found:
        place = Path(os.path.normpath(folder / str(module.get("path", ""))))
        if not place.is_relative_to(folder) or "\0" in str(place):
            _broken(folder, name, "it leads out of the folder")
    return list(found)


def check(name: str, folder: Path) -> None:
    """Raise ModelError if a folder holds no model, or one that could run code when it is opened."""
    if not any((folder / file).exists() for file in DESCRIPTIONS):
        raise ModelError(
            f"The folder of the model {name!r} has neither a modules.json nor a config.json, so it "
            "holds no model. Give the folder that sentence-transformers saved."
        )
    _check_classes(name, folder)
    _check_weights(name, folder)
    _check_kernels(name, folder)


def _check_classes(name: str, folder: Path) -> None:
    """Refuse parts that are neither of sentence-transformers nor read as such."""
    kinds = [str(module.get("type")) for module in read_modules(folder)]
    for place in folder.rglob("router_config.json"):
        types = read_config(place.parent, place.name).get("types")
        kinds += [str(kind) for kind in types.values()] if isinstance(types, dict) else []
    foreign = [kind for kind in kinds if not PART.fullmatch(kind)]
    if foreign:
        raise ModelError(
            f"The model {name!r} is made with code of its own ({foreign[0][:80]}), which is never "
            "run. Choose a model that is made of the parts of sentence-transformers."
        )


def _check_weights(name: str, folder: Path) -> None:
    """Refuse weights in other formats than safetensors, unless they are allowed."""
    if not pickled_allowed():
        pickled = {path.parent for path in folder.rglob("*.bin") if not _of_openvino(path)}
        bare = [place for place in pickled if not any((place / file).exists() for file in WHOLE)]
        if bare or not holds_weights(folder):
            raise ModelError(
                f"The model {name!r} has no weights in the safetensors format, and other formats "
                "can run code when they are opened. Save it again with `save_pretrained`, or "
                "choose another revision."
            )
    for index in folder.rglob("*.index.json"):
        named = read_config(index.parent, index.name).get("weight_map")
        parts = {str(part) for part in named.values()} if isinstance(named, dict) else set()
        if any(Path(part).name != part for part in parts):
            _broken(folder, index.name, "it leads out of the folder")


def _of_openvino(path: Path) -> bool:
    return path.with_suffix(".xml").exists()


def _check_kernels(name: str, folder: Path) -> None:
    """Refuse a description that names code on the hub for the model to be computed with."""
    files = [*folder.rglob("config.json"), *folder.rglob("sentence_*_config.json")]
    for file in files:
        for key, value in _entries(read_config(file.parent, file.name)):
            if key.endswith("_implementation") and "/" in str(value):
                raise ModelError(
                    f"The model {name!r} wants to be computed with code from a hub "
                    f"({str(value)[:80]}), which is never run. Remove {key} from its {file.name}, "
                    "or choose another model."
                )


def _entries(value: object) -> Iterator[tuple[str, object]]:
    """Go through all entries of a JSON value, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key), inner
            yield from _entries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _entries(inner)


def _read_json(folder: Path, name: str, missing: object) -> Any:
    if not (place := folder / name).exists():
        return missing
    if not place.is_file() or place.stat().st_size > MAX_JSON_BYTES:
        _broken(folder, name, f"it is no file of at most {MAX_JSON_BYTES // 10**6} MB")
    try:
        return json.loads(place.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        _broken(folder, name, str(error))


def _broken(folder: Path, name: str, why: str) -> NoReturn:
    raise ModelError(
        f"The model folder {folder.name!r} holds a broken {name} ({why}). Fetch the model again."
    )
