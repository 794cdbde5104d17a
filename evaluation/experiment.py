"""An experiment: a collection, systems, measures and a seed, as one text that rebuilds it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from evaluation.collections.collection import Collection
from evaluation.errors import InputError, shown
from evaluation.grid import Grid, grid_from_dict
from evaluation.plain_yaml import load_yaml
from evaluation.system import System, system_from_dict
from evaluation.system_problems import problems

MEASURES = ("nDCG@10", "RR@10", "R@100", "AP", "P@10", "Judged@10")

MOST = {"systems": 500, "measures": 100}


@dataclass(frozen=True)
class Experiment:
    """What is to be compared, on what, by which measures.

    Attributes:
        name: what people call it.
        collection: id of a collection in the workspace.
        split: which judgements; "" for none (rankings only).
        systems: at least one, names different.
        measures: ir-measures expressions; the first is the one shown first.
        baseline: name of the system the others are compared with; "" for the first.
        seed: of every random choice (random order, resampling, latency sample).
        grid: what the systems were made from when one system is tuned; else None.
    """

    name: str
    collection: str
    split: str
    systems: tuple[System, ...]
    measures: tuple[str, ...] = MEASURES
    baseline: str = ""
    seed: int = 42
    grid: Grid | None = None

    def __post_init__(self) -> None:
        """Check that there are systems and that their names differ."""
        names = [system.name for system in self.systems]
        if not names:
            raise InputError("The experiment has no systems. Add at least one.")
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"Two systems are called {name!r}. Give each its own name.")

    def to_dict(self) -> dict[str, Any]:
        """Give the experiment as plain values; a grid stands for all the systems made from it."""
        if self.grid:
            what: dict[str, Any] = {"grid": self.grid.to_dict()}
        else:
            what = {"systems": [system.to_dict() for system in self.systems]}
        return {
            "name": self.name,
            "collection": self.collection,
            "split": self.split,
            "measures": list(self.measures),
            "baseline": self.baseline,
            "seed": self.seed,
            **what,
        }

    def to_yaml(self) -> str:
        """Write the experiment as YAML; `experiment_from_yaml` reads it back as an equal one."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)


def experiment_from_dict(value: object) -> Experiment:
    """Read an experiment. Raises InputError for anything that is not well-formed."""
    if not isinstance(value, Mapping):
        raise InputError(
            "The experiment is not a mapping. Write `collection:`, `systems:` and so on."
        )
    listed = "grid" if value.get("grid") else "systems"
    for needed in ("collection", listed):
        if not value.get(needed):
            raise InputError(f"The experiment has no `{needed}`. Add it.")
    if not isinstance(value["collection"], str | int):
        raise InputError(f"`collection` is {shown(value['collection'])}. Give its id.")
    systems = value["systems"] if listed == "systems" else []
    if not isinstance(systems, list) or not isinstance(value.get("measures") or [], list):
        raise InputError("`systems` and `measures` are lists. Write each item after a dash.")
    _check_counts({"systems": systems, "measures": value.get("measures") or []})
    seed = value.get("seed", 42)
    if type(seed) is not int or not 0 <= seed < 1 << 63:
        raise InputError(f"`seed` is {shown(seed)}. Give a whole number from 0 up.")
    grid = grid_from_dict(value["grid"]) if listed == "grid" else None
    made = grid.systems() if grid else tuple(system_from_dict(item) for item in systems)
    return Experiment(
        name=str(value.get("name") or "Experiment")[:200],
        collection=str(value["collection"]),
        split=str(value.get("split") or ""),
        systems=made,
        measures=tuple(str(item) for item in value.get("measures") or MEASURES),
        baseline=grid.name(grid.untuned) if grid else str(value.get("baseline") or ""),
        seed=seed,
        grid=grid,
    )


def _check_counts(lists: Mapping[str, list[Any]]) -> None:
    for what, items in lists.items():
        if len(items) > MOST[what]:
            raise InputError(
                f"The experiment has {len(items):,} {what}; {MOST[what]} are the most. "
                "Leave some out."
            )


def experiment_from_yaml(text: str) -> Experiment:
    """Read an experiment from YAML text."""
    return experiment_from_dict(load_yaml(text))


def experiment_problems(experiment: Experiment, collection: Collection) -> list[str]:
    """List every reason why an experiment cannot run, each as a sentence; empty if it can."""
    from evaluation.measures.measures import measure_problems

    found = [line for system in experiment.systems for line in problems(system, collection)]
    if experiment.split and experiment.split not in collection.qrels:
        splits = ", ".join(collection.qrels) or "none"
        found.append(f"{collection.name} has no split {experiment.split!r}. Its splits: {splits}.")
    names = [system.name for system in experiment.systems]
    if experiment.baseline and experiment.baseline not in names:
        found.append(f"The baseline {experiment.baseline!r} is not one of the systems. Choose one.")
    return found + measure_problems(experiment.measures)
