"""Which stages may stand in a place of a tree, and a fresh one of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.stage import Stage, make_stage, stages
from evaluation.system import Node

RUN = "run:"  # before the id of an uploaded run, where a choice stands for one
PARTNERS = ("bm25", "dense")  # which a fusion mostly starts with
LONGEST = 120  # characters of the name of a run in a label


@dataclass(frozen=True)
class Offer:
    """What the collection at hand has to offer to a builder.

    Attributes:
        documents: whether there is anything to search.
        runs: names of the uploaded runs by id.
        fitted: stages with parameters that suit the collection, by name.
    """

    documents: bool
    runs: Mapping[str, str]
    fitted: Mapping[str, Stage] = field(default_factory=dict)

    def leaves(self) -> dict[str, str]:
        """Give the stages a tree can start from: a choice and its label.

        All labels differ: where several runs have one name, or a run is called like a stage, the
        id of the run stands behind its name.
        """
        found = labels("retriever") if self.documents else {}
        names = {run_id: name[:LONGEST] for run_id, name in self.runs.items()}
        counts = Counter([*found.values(), *names.values()])
        for run_id, name in names.items():
            label = name if counts[name] == 1 else f"{name} ({run_id})"
            while label in found.values():
                label = f"{label} ({run_id})"
            found[f"{RUN}{run_id}"] = label
        return found

    def above(self) -> dict[str, str]:
        """Give the stages that can stand above one other, with what they do in the label."""
        searching = ("reranker", "feedback") if self.documents else ()
        return {
            name: label
            for kind in (*searching, "fusion", "cutoff")
            for name, label in labels(kind).items()
        }

    def alternatives(self, stage: Stage) -> dict[str, str]:
        """Give what may stand in the place of a stage: stages that take the same inputs."""
        found = self.leaves() if stage.kind in ("retriever", "run") else labels(stage.kind)
        return {choice_of(stage): stage.label} | found

    def fresh(self, choice: str) -> Stage:
        """Make a stage: as it suits the collection where that is known, else with its defaults."""
        if choice.startswith(RUN):
            return make_stage("run", {"run": choice.removeprefix(RUN)})
        return self.fitted.get(choice) or make_stage(choice, {})

    def another_leaf(self, root: Node) -> Node:
        """Give a leaf for a fusion to start with: one the tree does not have yet, if there is.

        Words and vectors first, whose errors differ most; then uploaded runs, then the others.
        """
        used = {choice_of(node.stage) for node in root.walk()}
        free = [choice for choice in self.leaves() if choice not in used and choice != "random"]
        free.sort(key=lambda choice: (choice not in PARTNERS, not choice.startswith(RUN)))
        choices = free or list(self.leaves()) or ["random"]
        return Node(self.fresh(choices[0]))


def labels(kind: str) -> dict[str, str]:
    """Give the label of every stage of a kind, by name."""
    return {name: cls.label for name, cls in stages().items() if cls.kind == kind}


def choice_of(stage: Stage) -> str:
    """Give the choice that stands for a stage."""
    return f"{RUN}{stage.parameters()['run']}" if stage.kind == "run" else stage.name
