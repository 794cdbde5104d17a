"""Model folders of unknown origin: nothing that comes with one is ever run, by any loader."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from evaluation.errors import ModelError
from evaluation.models.causal_loading import load_causal
from evaluation.models.folders import known_models, model_revision
from evaluation.models.loading import load
from evaluation.models.model_files import PICKLED
from evaluation.models.multi_vector import load_multi_vector
from evaluation.models.seq2seq import load_seq2seq
from evaluation.models.sparse_network import load_sparse
from evaluation.models.token_encoding import TokenModel
from tests.tiny_language_model import LANGUAGE_MODEL
from tests.tiny_models import CROSS_ENCODER, ENCODER, INFERENCE_FREE, SPLADE
from tests.tiny_multi_vector import MULTI_VECTOR, build_multi_vector
from tests.tiny_writers import BART, T5

Load = Callable[[str], Any]
LOADERS: dict[str, tuple[str, Load]] = {
    "an encoder on torch": (ENCODER, lambda name: load(name, "encoder", "torch")),
    "an encoder, converted": (ENCODER, lambda name: load(name, "encoder", "openvino")),
    "a plain transformer": ("plain-bert", lambda name: load(name, "encoder", "torch")),
    "a cross-encoder on torch": (CROSS_ENCODER, lambda name: load(name, "cross-encoder", "torch")),
    "a cross-encoder, converted": (
        CROSS_ENCODER,
        lambda name: load(name, "cross-encoder", "openvino"),
    ),
    "a multi-vector model": (
        MULTI_VECTOR,
        lambda name: load_multi_vector(TokenModel(name, "torch", 0, "", ""), lambda: None),
    ),
    "a sparse encoder": (SPLADE, load_sparse),
    "a sparse encoder with a router": (INFERENCE_FREE, load_sparse),
    "a causal model": (LANGUAGE_MODEL, load_causal),
    "a BART": (BART, load_seq2seq),
    "a T5": (T5, load_seq2seq),
}


class Trap:
    """What leaves a mark on the disk as soon as it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_the_trap_works(tmp_path: Path) -> None:
    import torch

    torch.save(Trap(tmp_path / "mark"), tmp_path / "weights")
    torch.load(tmp_path / "weights", weights_only=False)
    assert (tmp_path / "mark").exists()


@pytest.fixture(params=LOADERS)
def model(request: pytest.FixtureRequest, model_root: Path) -> tuple[Path, Load]:
    """A copy of a model, one for each way to load one, as folder `odd`, and that way."""
    name, loader = LOADERS[request.param]
    if name == MULTI_VECTOR and not (model_root / name).exists():
        build_multi_vector(model_root)
    shutil.rmtree(model_root / "odd", ignore_errors=True)
    shutil.copytree(model_root / name, model_root / "odd")
    return model_root / "odd", loader


def pickled(folder: Path, mark: Path) -> None:
    """Put a pickle with a trap in the place of all weights of a folder."""
    import torch

    for weights in list(folder.rglob("*.safetensors")):
        torch.save({"weight": Trap(mark)}, weights.with_name("pytorch_model.bin"))
        weights.unlink()


def with_code(folder: Path, mark: Path) -> str:
    """Put a Python file with a trap into a folder; gives the name of its class."""
    code = f"from pathlib import Path\nPath({str(mark)!r}).touch()\n\nclass Anything:\n    pass\n"
    (folder / "own_code.py").write_text(code, "utf-8")
    return "own_code.Anything"


def changed(path: Path, **entries: Any) -> None:
    """Change entries of a JSON file, which need not exist."""
    held = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps(held | entries), "utf-8")


def test_it_loads_as_it_is(model: tuple[Path, Load]) -> None:
    assert model[1]("odd") is not None


def test_a_pickle_in_place_of_the_weights_is_refused_unopened(
    model: tuple[Path, Load], tmp_path: Path
) -> None:
    pickled(model[0], tmp_path / "mark")
    with pytest.raises(ModelError, match="no weights in the safetensors format"):
        model[1]("odd")
    assert not (tmp_path / "mark").exists()


def test_a_decoy_does_not_let_a_pickle_in(model: tuple[Path, Load], tmp_path: Path) -> None:
    pickled(model[0], tmp_path / "mark")
    for pickle_file in model[0].rglob("*.bin"):
        pickle_file.with_name("decoy.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="no weights in the safetensors format"):
        model[1]("odd")
    assert not (tmp_path / "mark").exists()


def test_where_pickles_are_allowed_only_tensors_are_read_from_them(
    model: tuple[Path, Load], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled(model[0], tmp_path / "mark")
    monkeypatch.setenv(PICKLED, "1")
    for description in model[0].rglob("sentence_*_config.json"):
        changed(description, model_args={"weights_only": False, "use_safetensors": False})
    with pytest.raises(ModelError, match=r"'odd' cannot be loaded.*more than tensors"):
        model[1]("odd")
    assert not (tmp_path / "mark").exists()


def test_where_pickles_are_allowed_tensors_are_read_from_them(
    model: tuple[Path, Load], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from safetensors.torch import load_file

    before = model_revision("odd")
    for weights in list(model[0].rglob("*.safetensors")):
        torch.save(load_file(weights), weights.with_name("pytorch_model.bin"))
        weights.unlink()
    assert "odd" not in known_models()
    monkeypatch.setenv(PICKLED, "1")
    assert "odd" in known_models()
    assert model_revision("odd") != before
    assert model[1]("odd") is not None


def test_no_code_of_a_folder_is_run_for_a_network_or_a_tokenizer(
    model: tuple[Path, Load], tmp_path: Path
) -> None:
    own = with_code(model[0], tmp_path / "mark")
    names = ("AutoConfig", "AutoModel", "AutoModelForCausalLM", "AutoModelForSeq2SeqLM")
    more = ("AutoModelForMaskedLM", "AutoModelForSequenceClassification")
    for file in ("config.json", "tokenizer_config.json"):
        for path in [*model[0].rglob(file)]:
            mapped: dict[str, Any] = dict.fromkeys((*names, *more), own)
            changed(path, auto_map=mapped | {"AutoTokenizer": [own, own]})
    for description in model[0].rglob("sentence_*_config.json"):
        options = dict.fromkeys(("model_args", "tokenizer_args", "config_args"))
        changed(description, **{key: {"trust_remote_code": True} for key in options})
    with suppress(ModelError):  # where the library knows the network, the code is left alone
        model[1]("odd")
    assert not (tmp_path / "mark").exists()


def test_an_unknown_network_with_code_is_refused(model: tuple[Path, Load], tmp_path: Path) -> None:
    own = with_code(model[0], tmp_path / "mark")
    for path in model[0].rglob("config.json"):
        if "model_type" in path.read_text("utf-8"):
            changed(path, model_type="foreign", auto_map={"AutoConfig": own, "AutoModel": own})
    with pytest.raises(ModelError, match="'odd'"):
        model[1]("odd")
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    "kind",
    ["own_code.Anything", "antigravity.Anything", "sentence_transformers.base.model.torch", "os"],
)
def test_no_class_is_imported_that_a_folder_names(
    kind: str, model: tuple[Path, Load], tmp_path: Path
) -> None:
    with_code(model[0], tmp_path / "mark")
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (model[0] / "modules.json").write_text(json.dumps(modules), "utf-8")
    with pytest.raises(ModelError, match="made with code of its own"):
        model[1]("odd")
    assert not (tmp_path / "mark").exists()


def test_a_part_of_a_router_is_not_imported_either(model_root: Path, tmp_path: Path) -> None:
    shutil.rmtree(model_root / "odd", ignore_errors=True)
    shutil.copytree(model_root / INFERENCE_FREE, model_root / "odd")
    own = with_code(model_root / "odd", tmp_path / "mark")
    (router,) = (model_root / "odd").rglob("router_config.json")
    types = json.loads(router.read_text("utf-8"))["types"]
    changed(router, types=dict.fromkeys(types, own))
    with pytest.raises(ModelError, match="made with code of its own"):
        load_sparse("odd")
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("key", ["attn_implementation", "_attn_implementation"])
def test_no_kernel_is_fetched_that_a_folder_names(key: str, model: tuple[Path, Load]) -> None:
    for path in model[0].rglob("config.json"):
        changed(path, **{key: {"": "anybody/kernel:forward"}})
    with pytest.raises(ModelError, match=r"code from a hub \(.*anybody/kernel.* never run"):
        model[1]("odd")


def test_shards_do_not_lead_out_of_the_folder(model_root: Path) -> None:
    shutil.rmtree(model_root / "odd", ignore_errors=True)
    shutil.copytree(model_root / "plain-bert", model_root / "odd")
    index = model_root / "odd" / "model.safetensors.index.json"
    changed(index, weight_map={"embeddings": "../plain-bert/model.safetensors"})
    (model_root / "odd" / "model.safetensors").unlink()
    (model_root / "odd" / "other.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match=r"index\.json \(it leads out of the folder\)"):
        load("odd", "encoder", "torch")
