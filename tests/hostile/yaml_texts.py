"""Experiments and systems as YAML, read as the pages read them."""

from typing import Any

from evaluation.experiment import experiment_from_dict, experiment_from_yaml, experiment_problems
from evaluation.system import system_from_yaml
from evaluation.yaml_lines import read_with_lines
from tests.hostile.actions import Act
from tests.hostile.case import Place
from tests.sample import small_collection


def experiment(text: str) -> Act:
    """Read an experiment as the page does, and look for what keeps it from running."""

    def act(_: Place) -> Any:
        found = read_with_lines(text, experiment_from_dict)
        assert experiment_from_yaml(found.to_yaml()) == found
        experiment_problems(found, small_collection())
        return len(found.systems)

    return act


def system(text: str) -> Act:
    """Read one system; gives its line."""
    return lambda _: system_from_yaml(text).line()


def systems(*lines: str, rest: str = "") -> str:
    """Write an experiment of some systems."""
    return (
        "name: x\ncollection: c\n"
        + rest
        + "systems:\n"
        + "\n".join(f"- {line}" for line in lines)
        + "\n"
    )


def stage(**parameters: str) -> Act:
    """Read a system with parameters written as they are."""
    return system(
        "stage: bm25\n" + "".join(f"{name}: {value}\n" for name, value in parameters.items())
    )
