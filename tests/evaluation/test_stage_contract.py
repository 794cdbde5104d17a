"""What every stage must keep, found by itself: a new stage file is tested without a line here."""

import ast
import inspect
import json
import re
from dataclasses import FrozenInstanceError, fields

import pytest

from evaluation.cutoffs.base import Cutoff
from evaluation.errors import InputError
from evaluation.feedback.base import Feedback
from evaluation.fusion.base import Fusion
from evaluation.rerankers.base import Reranker
from evaluation.retrievers.base import Retriever
from evaluation.stage import KINDS, make_stage, stages
from evaluation.system import INPUTS, Node, System, system_from_dict, system_from_yaml
from tests.every_stage import ALL


@pytest.mark.parametrize("name", ALL)
def test_a_stage_says_what_it_is(name: str) -> None:
    cls = stages()[name]
    assert cls.name == name
    assert cls.label
    assert cls.kind in KINDS
    assert cls.needs in ("nothing", "a model", "a language model")
    assert cls.facets
    assert (cls.__doc__ or "").strip().partition("\n")[0].endswith(".")
    published = re.search(r"\b(19|20)\d\d\)", cls.__doc__ or "")
    assert cls.source or not published, "a published method names its source"
    for parameter in fields(cls):
        assert parameter.metadata["meaning"].endswith("."), parameter.name


def test_names_and_labels_are_unique() -> None:
    found = [
        cls
        for kind in (Retriever, Fusion, Feedback, Reranker, Cutoff)
        for cls in kind.__subclasses__()
        if cls.name and cls.__module__.startswith("evaluation.")
    ]
    assert len({cls.name for cls in found}) == len(found)
    labels = [cls.label for cls in stages().values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", ALL)
def test_a_stage_survives_json_and_yaml(name: str) -> None:
    stage = make_stage(name, {})
    assert make_stage(name, json.loads(json.dumps(stage.parameters()))) == stage
    low = INPUTS.get(stage.kind, (1, 1))[0]
    system = System("Tried", Node(stage, (Node(make_stage("random", {})),) * low))
    assert system_from_yaml(system.to_yaml()) == system
    assert system_from_dict(system.to_dict()) == system


@pytest.mark.parametrize("name", ALL)
def test_a_stage_is_frozen_and_hashable(name: str) -> None:
    stage = make_stage(name, {})
    assert hash(stage) == hash(make_stage(name, {}))
    for parameter in fields(stage):
        with pytest.raises(FrozenInstanceError):
            setattr(stage, parameter.name, parameter.default)


@pytest.mark.parametrize("name", ALL)
def test_a_stage_refuses_values_outside_its_declaration(name: str) -> None:
    for parameter in fields(stages()[name]):
        with pytest.raises(InputError):
            make_stage(name, {parameter.name: object()})
        low, high = parameter.metadata["bounds"]
        for wrong in (None if low is None else low - 1, None if high is None else high + 1):
            if wrong is not None:
                with pytest.raises(InputError):
                    make_stage(name, {parameter.name: wrong})
        if parameter.metadata["choices"]:
            with pytest.raises(InputError):
                make_stage(name, {parameter.name: "no such choice"})


@pytest.mark.parametrize("name", ALL)
def test_the_file_of_a_stage_imports_no_heavy_library_at_its_top(name: str) -> None:
    tree = ast.parse(inspect.getsource(inspect.getmodule(stages()[name])))  # type: ignore[arg-type]
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    heavy = {"torch", "transformers", "sentence_transformers", "faiss", "bm25s", "openvino"}
    assert not [ast.unparse(node) for node in top if heavy & set(ast.unparse(node).split())]
