"""Reading systems and experiments from YAML so that a fault is answered with its line."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import yaml

from evaluation.errors import EvaluationError, InputError
from evaluation.plain_yaml import PlainLoader, load_yaml
from evaluation.stage import make_stage
from evaluation.system import node_from_dict

T = TypeVar("T")
OF_THE_TREE = ("stage", "name", "depth", "inputs")  # every other key of a stage is a parameter


def read_with_lines(text: str, read: Callable[[object], T]) -> T:
    """Read YAML text with `system_from_dict` or `experiment_from_dict`.

    Raises:
        InputError: not YAML, or not well-formed; the message begins with the line of the stage or
            parameter at fault where the fault is in one.
    """
    value = load_yaml(text)
    try:
        return read(value)
    except EvaluationError as error:
        fault = _fault(text)
        if fault is None:
            raise
        raise InputError(f"Line {fault[0]}: {fault[1]}") from error


def _fault(text: str) -> tuple[int, str] | None:
    """Give line and sentence of the first stage that cannot be read, inputs first."""
    loader = PlainLoader(text)
    try:
        top = loader.get_single_node()
        for mapping in _stages(top, top=True):
            found = _fault_of(loader, mapping)
            if found:
                return found
    finally:
        loader.dispose()
    return None


def _stages(node: yaml.Node | None, top: bool = False) -> Iterator[yaml.MappingNode]:
    """Go through all mappings that are stages or should be, inputs before what reads them."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _stages(item)
    if not isinstance(node, yaml.MappingNode):
        return
    values = {str(key.value): value for key, value in node.value}
    for name in ("systems", "inputs"):
        yield from _stages(values.get(name))
    if "stage" in values or not top:  # the text of an experiment is not a stage itself
        yield node


def _fault_of(loader: PlainLoader, mapping: yaml.MappingNode) -> tuple[int, str] | None:
    value = loader.construct_document(mapping)
    try:
        node_from_dict(value)
    except EvaluationError as error:
        return _fault_of_key(value, mapping) or (_line_of(mapping, str(error)), str(error))
    return None


def _fault_of_key(value: dict[object, object], mapping: yaml.MappingNode) -> tuple[int, str] | None:
    """Try the name of the stage and its parameters one by one."""
    name = value.get("stage")
    for key, _ in mapping.value:
        if not isinstance(name, str) or (key.value in OF_THE_TREE and key.value != "stage"):
            continue
        given = {str(k): v for k, v in value.items() if k == key.value and k != "stage"}
        try:
            make_stage(name, given)
        except EvaluationError as error:
            return int(key.start_mark.line) + 1, str(error)
    return None


def _line_of(mapping: yaml.MappingNode, sentence: str) -> int:
    """Give the line of the key that a sentence about a node speaks of, else of the node."""
    for key, _ in mapping.value:
        if key.value in ("depth", "inputs") and key.value in sentence:
            return int(key.start_mark.line) + 1
    return int(mapping.start_mark.line) + 1
