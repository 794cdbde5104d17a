"""The grid a visitor is preparing: data, system, and what is typed for each parameter."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from components import services, state
from components.collection_facts import ready_made
from components.ready_made import uploaded
from evaluation.errors import EvaluationError
from evaluation.experiment import MEASURES, Experiment
from evaluation.grid import Axis, Grid
from evaluation.grid_values import Tunable, tunables
from evaluation.stage import make_stage
from evaluation.store import list_experiments
from evaluation.system import Node, System

LATEST = 10  # experiments whose systems are offered


@dataclass(frozen=True)
class TuningDraft:
    """What is prepared so far. Every change gives a new draft.

    Attributes:
        collection: id of the collection; "" before one is chosen.
        split: which judgements.
        system: to be tuned; None before one is chosen.
        typed: the values as typed, by the key of the parameter; those tried, in their order.
        measure: what the settings are chosen by.
        name: "" for a name made from the rest.
    """

    collection: str = ""
    split: str = ""
    system: System | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    measure: str = MEASURES[0]
    name: str = ""

    def known(self) -> dict[str, Tunable]:
        """Give what may be varied, by key."""
        return {each.key: each for each in tunables(self.system)} if self.system else {}

    def chosen(self) -> list[Tunable]:
        """Give what shall be varied."""
        known = self.known()
        return [known[key] for key in self.typed if key in known]

    def with_system(self, system: System) -> "TuningDraft":
        """Take another system; what it cannot vary is forgotten."""
        changed = replace(self, system=system)
        known = changed.known()
        return replace(changed, typed={k: text for k, text in self.typed.items() if k in known})

    def axis(self, tunable: Tunable) -> Axis:
        """Make one axis from what is typed for it. Raises InputError."""
        if self.system is None:
            raise KeyError("a parameter without a system")
        return tunable.axis(self.system, self.typed[tunable.key])

    def grid(self) -> Grid | None:
        """Make the grid; None while nothing is chosen. Raises InputError."""
        if self.system is None or not self.typed:
            return None
        return Grid(self.system, tuple(self.axis(each) for each in self.chosen()))

    def experiment(self, grid: Grid, collection_name: str) -> Experiment:
        """Make the experiment that runs the grid."""
        others = [measure for measure in MEASURES if measure != self.measure]
        what = ", ".join(grid.titles)
        return Experiment(
            name=self.name.strip() or f"{grid.system.name}: {what} on {collection_name}"[:200],
            collection=self.collection,
            split=self.split,
            systems=grid.systems(),
            measures=(self.measure, *others),
            baseline=grid.name(grid.untuned),
            grid=grid,
        )


def draft_of(experiment: Experiment) -> TuningDraft:
    """Make a draft that would give the grid of an experiment again."""
    grid = experiment.grid
    if grid is None:
        raise KeyError("the experiment is no grid")
    draft = TuningDraft(
        experiment.collection, experiment.split, grid.system, {}, experiment.measures[0]
    )
    keys = {(each.path, each.name): each for each in draft.known().values()}
    typed = {}
    for axis in grid.axes:
        tunable = keys.get((axis.path, axis.name))
        if tunable is not None:
            typed[tunable.key] = str(float(axis.step)) if axis.step else _typed(axis)
    return replace(draft, typed=typed)


def _typed(axis: Axis) -> str:
    return ", ".join(str(value) for value in axis.values)


def current() -> TuningDraft:
    """Give the draft of this visit."""
    found = state.draft("tuning", TuningDraft())
    return found if isinstance(found, TuningDraft) else TuningDraft()


def keep(draft: TuningDraft) -> None:
    """Make a draft the one of this visit."""
    state.keep_draft("tuning", draft)


def change(**values: object) -> None:
    """Change plain attributes of the draft of this visit."""
    keep(replace(current(), **values))  # type: ignore[arg-type]


def choose_collection(collection_id: str) -> None:
    """Make a collection the one of the draft, with its own split and first system.

    Raises:
        UnknownNameError: the workspace has no such collection.
    """
    collection = services.collection(collection_id)
    offered = offers(collection_id)
    first = next(iter(offered.values()), None)
    keep(TuningDraft(collection_id, collection.default_split, first))


def offers(collection_id: str) -> dict[str, System]:
    """Give the systems to tune on a collection by name: ready-made, of runs, of experiments."""
    systems = ready_made(collection_id)
    leaves = {s.root.stage.name: s.root for s in systems if not s.root.inputs}
    systems = [*systems, *_weighted([leaves[n] for n in ("bm25", "dense") if n in leaves])]
    runs = [system.root for system in uploaded(collection_id)]
    systems += [*_weighted(runs[:3], "Uploaded runs, weighted"), *_fused(runs[:3])]
    records = list_experiments(services.workspace())
    own = [r["id"] for r in records if r["collection"] == collection_id and not r["grid"]]
    for experiment_id in own[:LATEST]:
        systems += _systems_of(experiment_id)
    found: dict[str, System] = {}
    for system in systems:
        if all(system.root != other.root for other in found.values()):
            name, number = system.name, 2
            while name in found:
                name, number = f"{system.name} ({number})", number + 1
            found[name] = System(name, system.root)
    return found


def _weighted(roots: list[Node], name: str = "BM25 + Dense, weighted") -> list[System]:
    if len(roots) < 2:
        return []
    return [System(name, Node(make_stage("weighted", {}), tuple(roots)))]


def _fused(roots: list[Node]) -> list[System]:
    if len(roots) < 2:
        return []
    return [System("Uploaded runs, fused", Node(make_stage("rrf", {}), tuple(roots)))]


def _systems_of(experiment_id: str) -> list[System]:
    try:
        systems = services.results(experiment_id).experiment.systems
    except EvaluationError:
        return []
    return [s for s in systems if s.root.stage.kind != "run" or s.root.inputs]
