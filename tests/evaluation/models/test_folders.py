import json
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from evaluation.errors import ModelError
from evaluation.models import folders
from evaluation.models.folders import (
    DEFAULT,
    cache_folder,
    find_model,
    keep_in,
    known_models,
    model_folder,
    model_revision,
)
from evaluation.models.model_files import read_config


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model root with one complete model folder, and a hub that cannot be reached."""
    folder = tmp_path / "models"
    make_model(folder / "mine")
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(folder))

    def unreachable(*names: object, **options: object) -> str:
        raise LocalEntryNotFoundError("nothing is connected")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    return folder


def make_model(folder: Path, weights: str = "model.safetensors") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}", "utf-8")
    (folder / weights).write_bytes(b"weights")
    return folder


def test_the_default_model_comes_with_an_installed_package() -> None:
    assert (model_folder(DEFAULT) / "model.safetensors").exists()
    assert model_folder(f"sentence-transformers/{DEFAULT}") == model_folder(DEFAULT)


def test_a_name_below_the_model_root_is_a_folder_there(root: Path) -> None:
    make_model(root / "team" / "other")
    assert model_folder("mine") == root / "mine"
    assert model_folder("team/other") == root / "team" / "other"
    assert known_models() == [DEFAULT, "mine", "team/other"]


@pytest.mark.parametrize(
    "name",
    ["../secret", "/etc", "mine/../../secret", "a/b/c", "", " ", "x\0y", "~/models", "C:\\x"],
)
def test_a_name_never_leads_out_of_the_model_root(name: str, root: Path) -> None:
    make_model(root.parent / "secret")
    assert find_model(name) is None
    with pytest.raises(ModelError, match="neither a name on the Hugging Face hub nor a folder"):
        model_folder(name)


def test_a_model_that_cannot_be_downloaded_is_said_with_what_to_do(root: Path) -> None:
    with pytest.raises(
        ModelError, match=r"'owner/none' is not on this machine and .* RANKLAB_MODEL"
    ):
        model_folder("owner/none")


def test_a_process_that_may_not_download_says_so_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(folders._downloads, "allowed", False)
    assert model_revision("owner/none") == ""
    with pytest.raises(ModelError, match="'owner/none' is not on this machine"):
        model_folder("owner/none")


def test_a_downloaded_model_is_known_by_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef" + "0" * 24
    folder = make_model(tmp_path / "snapshots" / commit)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *a, **o: str(folder))
    assert model_folder("owner/model") == folder
    assert model_revision("owner/model") == "0123456789abcdef"


def test_only_plain_files_are_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "snapshots" / ("a" * 40)
    asked: dict[str, object] = {}

    def download(name: str, **options: object) -> str:
        if options.get("local_files_only"):
            raise LocalEntryNotFoundError("not here yet")
        asked.update(options, name=name)
        return str(make_model(folder))

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    model_folder("some-model")
    patterns = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "artifact.metadata"]
    assert asked == {"name": "sentence-transformers/some-model", "allow_patterns": patterns}


def test_a_folder_without_a_model_is_refused(root: Path) -> None:
    (root / "notes").mkdir()
    with pytest.raises(ModelError, match=r"'notes' has neither a modules.json nor a config.json"):
        model_folder("notes")


def test_weights_that_are_pickles_are_refused(root: Path) -> None:
    make_model(root / "old", "pytorch_model.bin")
    with pytest.raises(ModelError, match="'old' has no weights in the safetensors format"):
        model_folder("old")


def test_a_module_with_pickled_weights_is_refused(root: Path) -> None:
    (root / "mine" / "2_Dense").mkdir()
    (root / "mine" / "2_Dense" / "pytorch_model.bin").write_bytes(b"weights")
    parts = {"": "Transformer", "2_Dense": "Dense"}
    modules = [{"path": p, "type": f"sentence_transformers.models.{k}"} for p, k in parts.items()]
    (root / "mine" / "modules.json").write_text(json.dumps(modules), "utf-8")
    with pytest.raises(ModelError, match="'mine' has no weights in the safetensors format"):
        model_folder("mine")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[{", "Expecting property name"),
        ("{}", "it is no list of modules"),
        ('["os"]', "it is no list of modules"),
        ('[{"path": "../secret"}]', "it leads out of the folder"),
        ('[{"path": "/etc"}]', "it leads out of the folder"),
    ],
)
def test_a_broken_list_of_modules_is_said(text: str, why: str, root: Path) -> None:
    (root / "mine" / "modules.json").write_text(text, "utf-8")
    with pytest.raises(ModelError, match=rf"'mine' holds a broken modules.json \({why}"):
        model_folder("mine")


def test_a_broken_description_is_said(root: Path) -> None:
    (root / "mine" / "config.json").write_text("[]", "utf-8")
    with pytest.raises(ModelError, match=r"broken config.json \(it is no JSON object\)"):
        read_config(root / "mine", "config.json")


def test_a_revision_changes_with_the_content_and_only_with_it(root: Path) -> None:
    before = model_revision("mine")
    (root / "mine" / "README.md").write_text("not part of the model", "utf-8")
    assert model_revision("mine") == before
    make_model(root / "copy")
    assert model_revision("copy") == before
    (root / "mine" / "model.safetensors").write_bytes(b"other weights")
    assert model_revision("mine") != before


def test_converted_models_are_kept_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_kept", {})
    monkeypatch.delenv("RANKLAB_MODEL_CACHE", raising=False)
    keep_in(tmp_path / "workspace")
    assert cache_folder() == tmp_path / "workspace"
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path / "elsewhere"))
    assert cache_folder() == tmp_path / "elsewhere"
