"""Model folders that are none, or that ask for code."""

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.models.folders import (
    allow_downloads,
    known_models,
    model_folder,
    model_revision,
)
from evaluation.models.model_files import read_config, read_modules
from tests.hostile.actions import Act
from tests.hostile.case import Case, Place

HEADER = struct.pack("<Q", 2) + b"{}"
DEEP = "[" * 100_000


def model(
    files: Mapping[str, str | bytes | None] | None = None, name: str = "mine", read: bool = True
) -> Act:
    """Look for a model among folders with some files; gives its name."""

    def act(place: Place) -> Any:
        root = place.folder / "models"
        given: dict[str, str | bytes | None] = {"config.json": "{}", "model.safetensors": HEADER}
        given |= files or {}
        for file, content in given.items():
            if content is not None:
                place.write(f"models/mine/{file}", content)
        return look(root, name, read)

    return act


def look(root: Path, name: str, read: bool) -> str:
    """Open a model as far as that needs no network library."""
    os.environ["RANKLAB_MODEL_ROOT"] = str(root)
    allow_downloads(False)
    known_models()
    folder = model_folder(name)
    model_revision(name)
    if read:
        read_config(folder, "config.json")
        read_config(folder, "config_sentence_transformers.json")
        read_modules(folder)
    return folder.name


def strange(kind: str) -> Act:
    """Look for a model whose file is no file."""

    def act(place: Place) -> Any:
        folder = place.folder / "models" / "mine"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        path = folder / "model.safetensors"
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(path if kind == "loop" else Path("/nowhere"))
        return look(place.folder / "models", "mine", True)

    return act


BROKEN = "'mine' holds a broken config.json"
NO_MODEL = "neither a name on the Hugging Face hub|is not on this machine|has neither"
CASES = (
    Case("a model that is sound", model(), gives="mine"),
    Case(
        "a model without a description",
        model({"config.json": None}),
        "has neither a modules.json nor a config.json",
    ),
    Case(
        "a model that is a pickle",
        model({"model.safetensors": None, "pytorch_model.bin": b"\x80\x04."}),
        "no weights in the safetensors format",
    ),
    Case(
        "a model that is a pickle by another name",
        model({"model.safetensors": None, "model.pt": b"\x80\x04."}),
        "no weights in the safetensors format",
    ),
    Case(
        "a model that asks for code of its own",
        model(
            {
                "config.json": '{"auto_map": {"AutoModel": "evil.Model"}}',
                "evil.py": "raise SystemExit",
            }
        ),
        gives="mine",
    ),
    Case(
        "modules that lead outside",
        model({"modules.json": '[{"path": "../../etc", "type": "sentence_transformers.Dense"}]'}),
        "broken modules.json .it leads out",
    ),
    Case(
        "modules at an absolute place",
        model({"modules.json": '[{"path": "/etc", "type": "sentence_transformers.Dense"}]'}),
        "broken modules.json .it leads out",
    ),
    Case(
        "modules whose path is a list",
        model({"modules.json": '[{"path": ["a"], "type": "sentence_transformers.Dense"}]'}),
        gives="mine",
    ),
    Case(
        "modules whose path has a NUL",
        model({"modules.json": '[{"path": "a\\u0000b", "type": "sentence_transformers.Dense"}]'}),
        "broken modules.json",
    ),
    Case(
        "modules that are a number",
        model({"modules.json": "7"}),
        "broken modules.json .it is no list",
    ),
    Case("a description that is no JSON", model({"config.json": "{"}), BROKEN),
    Case("a description that is a list", model({"config.json": "[]"}), BROKEN),
    Case("a description nested 100,000 times", model({"config.json": DEEP}), BROKEN),
    Case("modules nested 100,000 times", model({"modules.json": DEEP}), "broken modules.json"),
    Case("a description in UTF-16", model({"config.json": "{}".encode("utf-16")}), BROKEN),
    Case("a description of 60 MB", model({"config.json": "[" + "1," * 30_000_000 + "1]"}), BROKEN),
    Case(
        "a description that is a folder",
        model({"config.json": None, "config.json/x": "a"}),
        BROKEN,
    ),
    *(
        Case(f"weights that are a {kind}", strange(kind), "no weights in the safetensors format")
        for kind in ("pipe", "folder", "loop", "broken link")
    ),
    *(
        Case(f"a model called {ascii(name)[:40]}", model(name=name), NO_MODEL)
        for name in (
            "",
            ".",
            "..",
            "../mine",
            "../../etc",
            "/etc",
            "mine/../..",
            "\0",
            "\ud800",
            "x" * 100_000,
            "a/b/c",
            "~root",
            "http://x.test/a",
            "owner/na me",
            "-x/y",
            "é/x",
            "a" * 97,
            "<b>",
            "mine\n",
        )
    ),
)
