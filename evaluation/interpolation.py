"""When to mix sparse and dense scores around feedback: before it, after it, both, or without it.

The question and the arms are those of Li et al. (SIGIR 2022). Every arm is an ordinary system, and
is recognised by its structure, whatever it is called and whoever made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.errors import InputError
from evaluation.feedback.base import Feedback
from evaluation.feedback.rocchio import Rocchio
from evaluation.fusion.weighted import WeightedSum
from evaluation.retrievers.dense import Dense
from evaluation.stage import Stage
from evaluation.system import Node, System

MOST_SYSTEMS = 300
MIXED = ("none", "before", "after", "both")
ARMS = {
    "sparse": "Sparse alone",
    "dense": "Dense alone",
    "none": "No feedback",
    "before": "Mixed before",
    "after": "Mixed after",
    "both": "Mixed before and after",
}
MEANINGS = {
    "sparse": "The sparse retriever by itself.",
    "dense": "The dense retriever by itself.",
    "none": "Sparse and dense scores are mixed; nothing is fed back.",
    "before": "The mix chooses the documents that are fed back; dense search has the last word.",
    "after": "Dense search feeds itself; its second result is mixed with the sparse one.",
    "both": "The mix chooses what is fed back, and is made again with the second result.",
}
FEEDBACKS: dict[str, Feedback] = {
    "rocchio": Rocchio(),
    "average": Rocchio(method="average", k=3),
}


@dataclass(frozen=True)
class Place:
    """Where a system stands among the arms.

    Attributes:
        arm: one of ARMS.
        leaves: the sparse and the dense retriever; one of them is None in an arm of one alone.
        weight: of the sparse scores, 0 to 1; None in an arm of one alone.
        normaliser: of the weighted sum.
        feedback: the stage that feeds back, where there is one.
    """

    arm: str
    leaves: tuple[Stage | None, Stage | None]
    weight: float | None = None
    normaliser: str = ""
    feedback: Feedback | None = None

    @property
    def pair(self) -> str:
        """Name the two retrievers."""
        return " + ".join(stage.title() for stage in self.leaves if stage)


@dataclass(frozen=True)
class Interpolation:
    """A grid of arms: two retrievers, and what is varied around them.

    Attributes:
        sparse: a retriever, or an uploaded run.
        dense: a dense retriever.
        weights: of the sparse scores, each 0 to 1.
        normalisers: of the weighted sum.
        feedbacks: the stages that feed back.
    """

    sparse: Node
    dense: Node
    weights: tuple[float, ...]
    normalisers: tuple[str, ...]
    feedbacks: tuple[Feedback, ...]

    def __post_init__(self) -> None:
        """Check that there is something to vary, and not too much of it."""
        for what, values in (
            ("weight", self.weights),
            ("normaliser", self.normalisers),
            ("kind of feedback", self.feedbacks),
        ):
            if not values:
                raise InputError(f"There is no {what} to try. Give at least one.")
        wrong = [weight for weight in self.weights if not 0 <= weight <= 1]
        if wrong:
            raise InputError(f"The weight {wrong[0]:g} is not between 0 and 1. Leave it out.")
        if self.size > MOST_SYSTEMS:
            raise InputError(
                f"This makes {self.size:,} systems; {MOST_SYSTEMS} are the most. Take fewer "
                "weights, normalisers or kinds of feedback."
            )

    @property
    def size(self) -> int:
        """Count the systems: two alone, and the mixes with and without feedback."""
        mixes = len(self.weights) * len(self.normalisers)
        return 2 + mixes * (1 + 3 * len(self.feedbacks))

    def systems(self) -> tuple[System, ...]:
        """Make the systems, those of one retriever alone first."""
        found = [System(ARMS["sparse"], self.sparse), System(ARMS["dense"], self.dense)]
        for normaliser in self.normalisers:
            for weight in self.weights:
                found += self._mixes(normaliser, weight)
        return tuple(found)

    def _mixes(self, normaliser: str, weight: float) -> list[System]:
        stage = WeightedSum(f"{weight:g}, {1 - weight:g}", normaliser)

        def mixed(second: Node) -> Node:
            return Node(stage, (self.sparse, second))

        where, plain = f"{weight:g} {normaliser}", mixed(self.dense)
        found = [System(f"{ARMS['none']} · {where}", plain)]
        for feedback in self.feedbacks:
            before = Node(feedback, (plain,))
            roots = {
                "before": before,
                "after": mixed(Node(feedback, (self.dense,))),
                "both": mixed(before),
            }
            named = f"{where} · {feedback_label(feedback)}"
            found += [System(f"{ARMS[arm]} · {named}", root) for arm, root in roots.items()]
        return found


def feedback_label(stage: Feedback) -> str:
    """Name a kind of feedback in few words."""
    if not isinstance(stage, Rocchio):
        return stage.title()
    if stage.method == "average":
        return f"average of {stage.k}"
    return f"Rocchio {stage.k}/{stage.a:g}/{stage.b:g}"


def places_of(systems: Sequence[System]) -> dict[int, Place]:
    """Find the systems that are arms, by their number; none where nothing is mixed.

    A retriever alone counts if it is part of a mix.
    """
    known = {number: place_of(system.root) for number, system in enumerate(systems)}
    found = {number: place for number, place in known.items() if place}
    mixed = {leaf for place in found.values() if place.arm in MIXED for leaf in place.leaves}
    return {
        number: place
        for number, place in found.items()
        if place.arm in MIXED or mixed & set(place.leaves) - {None}
    }


def place_of(root: Node) -> Place | None:
    """Say which arm a tree is; None if it is none."""
    if not root.inputs:
        return (
            Place("dense", (None, root.stage))
            if _dense(root)
            else Place("sparse", (root.stage, None))
        )
    if _feeds_back(root):
        inner = _mix(root.inputs[0])
        return _placed("before", inner, root) if inner and _dense(inner.second) else None
    mix = _mix(root)
    if mix is None or _dense(mix.second):
        return _placed("none", mix, None) if mix else None
    return _around(mix)


@dataclass(frozen=True)
class _Mix:
    """A weighted sum of a sparse leaf and something else."""

    weight: float
    normaliser: str
    sparse: Node
    second: Node


def _around(mix: _Mix) -> Place | None:
    """Place a mix whose second part is no retriever: after feedback, or around it."""
    if not _feeds_back(mix.second):
        return None
    below = mix.second.inputs[0]
    if _dense(below):
        return _placed("after", _Mix(mix.weight, mix.normaliser, mix.sparse, below), mix.second)
    inner = _mix(below)
    if inner is None or not _dense(inner.second):
        return None
    same = (inner.weight, inner.normaliser, inner.sparse) == (
        mix.weight,
        mix.normaliser,
        mix.sparse,
    )
    return _placed("both", inner, mix.second) if same else None


def _placed(arm: str, mix: _Mix, feeding: Node | None) -> Place:
    stage = feeding.stage if feeding else None
    feedback = stage if isinstance(stage, Feedback) else None
    leaves = (mix.sparse.stage, mix.second.stage)
    return Place(arm, leaves, mix.weight, mix.normaliser, feedback)


def _mix(node: Node) -> _Mix | None:
    stage = node.stage
    if not isinstance(stage, WeightedSum) or len(node.inputs) != 2 or stage.misfits(2):
        return None
    weights = stage.numbers() or [0.5, 0.5]
    sparse = [place for place, child in enumerate(node.inputs) if _sparse(child)]
    if len(sparse) != 1 or min(weights) < 0 or sum(weights) <= 0:
        return None
    [first] = sparse
    share = round(weights[first] / sum(weights), 9)
    return _Mix(share, stage.normaliser, node.inputs[first], node.inputs[1 - first])


def _dense(node: Node) -> bool:
    return isinstance(node.stage, Dense)


def _sparse(node: Node) -> bool:
    return not node.inputs and not _dense(node)


def _feeds_back(node: Node) -> bool:
    """Say whether a node is feedback by vectors."""
    return isinstance(node.stage, Feedback) and Dense in node.stage.searches
