"""The grid of arms that a visitor is preparing: data, two retrievers, what is varied."""

from dataclasses import dataclass, replace

from components import services, state
from components.collection_facts import run_names
from components.ready_made import uploaded
from components.tuning_draft import offers
from evaluation.experiment import MEASURES, Experiment
from evaluation.grid_values import numbers_from_text
from evaluation.interpolation import FEEDBACKS, Interpolation
from evaluation.retrievers.dense import Dense
from evaluation.system import Node

WEIGHTS = "0:1:0.2"


@dataclass(frozen=True)
class InterpolationDraft:
    """What is prepared so far. Every change gives a new draft.

    Attributes:
        collection: id of the collection; "" before one is chosen.
        split: which judgements.
        sparse: name of the sparse retriever or run; "" for the first.
        dense: name of the dense retriever; "" for the first.
        weights: of the sparse scores, as typed.
        normalisers: of the weighted sum.
        feedbacks: names of kinds of feedback.
        measure: the one shown first.
        name: "" for a name made from the rest.
    """

    collection: str = ""
    split: str = ""
    sparse: str = ""
    dense: str = ""
    weights: str = WEIGHTS
    normalisers: tuple[str, ...] = ("min-max",)
    feedbacks: tuple[str, ...] = tuple(FEEDBACKS)
    measure: str = MEASURES[0]
    name: str = ""

    def plan(self) -> Interpolation | None:
        """Make the grid; None where a retriever is missing. Raises InputError."""
        sparse, dense = self.chosen("sparse"), self.chosen("dense")
        if not sparse or not dense:
            return None
        return Interpolation(
            retrievers(self.collection, "sparse")[sparse],
            retrievers(self.collection, "dense")[dense],
            tuple(numbers_from_text(self.weights, "Weight of the sparse scores", whole=False)),
            self.normalisers,
            tuple(FEEDBACKS[name] for name in self.feedbacks if name in FEEDBACKS),
        )

    def chosen(self, side: str) -> str:
        """Give the name of the chosen retriever of a side, else of the first; "" for none."""
        known = retrievers(self.collection, side)
        wanted = self.sparse if side == "sparse" else self.dense
        return wanted if wanted in known else next(iter(known), "")

    def experiment(self, plan: Interpolation, collection_name: str) -> Experiment:
        """Make the experiment that runs the grid."""
        others = [measure for measure in MEASURES if measure != self.measure]
        pair = f"{self.chosen('sparse')} + {self.chosen('dense')}"
        systems = plan.systems()
        return Experiment(
            name=self.name.strip() or f"Interpolation: {pair} on {collection_name}"[:200],
            collection=self.collection,
            split=self.split,
            systems=systems,
            measures=(self.measure, *others),
            baseline=systems[2].name,
        )


def retrievers(collection_id: str, side: str) -> dict[str, Node]:
    """Give the retrievers (`sparse`: with uploaded runs) of a collection's systems, by name."""
    roots = [system.root for system in (*offers(collection_id).values(), *uploaded(collection_id))]
    names, found = run_names(collection_id), dict[str, Node]()
    for stage in dict.fromkeys(node.stage for root in roots for node in root.walk()):
        fits = stage.kind in ("retriever", "run") and "floor" not in stage.facets
        if fits and isinstance(stage, Dense) == (side == "dense"):
            run = str(stage.parameters().get("run", ""))
            name = names.get(run, run) if stage.kind == "run" else stage.title()
            found.setdefault(name, Node(stage))
    return found


def current() -> InterpolationDraft:
    """Give the draft of this visit."""
    found = state.draft("interpolation", InterpolationDraft())
    return found if isinstance(found, InterpolationDraft) else InterpolationDraft()


def change(**values: object) -> None:
    """Change attributes of the draft of this visit."""
    state.keep_draft("interpolation", replace(current(), **values))  # type: ignore[arg-type]


def choose_collection(collection_id: str) -> None:
    """Make a collection the one of the draft, with its own split and its first retrievers.

    Raises:
        UnknownNameError: the workspace has no such collection.
    """
    split = services.collection(collection_id).default_split
    change(collection=collection_id, split=split, sparse="", dense="")


def follow_address() -> bool:
    """Bring the draft in line with the address; says whether there is any collection."""
    known = [stored.id for stored in services.workspace().collections()]
    wanted = state.get("collection")
    if known and current().collection not in known:
        choose_collection(wanted if wanted in known else known[0])
    elif wanted in known and current().collection != wanted:
        choose_collection(wanted)
    return bool(known)
