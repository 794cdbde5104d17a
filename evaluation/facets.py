"""Facets of a system, derived from its stages and never typed: what kind of retrieval it is.

The four dimensions are those of the survey by Zhao et al. (ACM TOIS, 2024): architecture,
training, index, integration with ranking. A run that was uploaded does not say what made it.
"""

from collections.abc import Iterable, Mapping

from evaluation.language_models.base import ENDPOINT
from evaluation.stage import Stage
from evaluation.system import System

UNKNOWN = "unknown"
NONE = "none"
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "architecture": (
        "lexical",
        "single-vector",
        "multi-vector",
        "learned sparse",
        "generative",
        "concepts",
        "graph",
        "cross-encoder",
        "language model",
        NONE,
        UNKNOWN,
    ),
    "training": (NONE, "pre-trained model", "endpoint", UNKNOWN),
    "index": (
        "inverted",
        "flat",
        "hnsw",
        "binary",
        "product quantisation",
        "token vectors",
        "suffix array",
        NONE,
        UNKNOWN,
    ),
    "integration": (
        NONE,
        "fusion",
        "feedback",
        "query rewriting",
        "rerank",
        "cut-off",
        UNKNOWN,
    ),
}
"""The values of each dimension, in the order they are shown."""

MEANINGS: Mapping[str, str] = {
    "architecture": "How queries and documents meet: by words, by one vector or many, or read "
    "together by a cross-encoder. A system of several stages has all of theirs.",
    "training": "Whether any stage uses a trained model. Unknown for an uploaded run.",
    "index": "The structure that the first stages search. Flat compares with every document.",
    "integration": "How stages are put together: fusion of several rankings, feedback from the "
    "first ranking, reranking of its candidates, a cut-off; none for a single retriever.",
}

_NEEDS = {"nothing": NONE, "a model": "pre-trained model", "a language model": "pre-trained model"}
Facets = dict[str, tuple[str, ...]]


def facets_of(system: System) -> Facets:
    """Give the values of a system in every dimension, each at least one.

    "none" stands only where nothing else does: BM25 reranked by a model is trained in part, so
    it is "pre-trained model"; but "unknown" stays beside what is known.
    """
    found: dict[str, set[str]] = {dimension: set() for dimension in DIMENSIONS}
    for node in system.root.walk():
        for dimension, values in stage_facets(node.stage).items():
            found[dimension].update(values)
    return {dimension: _ordered(dimension, values) for dimension, values in found.items()}


def stage_facets(stage: Stage) -> Facets:
    """Give what one stage adds in every dimension; nothing where it has no say."""
    if stage.kind == "run":
        return dict.fromkeys(DIMENSIONS, (UNKNOWN,))
    index = stage.index_structure()
    return {
        "architecture": _tags(stage, "architecture"),
        "training": (_trained(stage),),
        "index": (index,) if index else (),
        "integration": _tags(stage, "integration"),
    }


def _trained(stage: Stage) -> str:
    at_endpoint = stage.needs == "a language model" and stage.parameters().get("model") == ENDPOINT
    return "endpoint" if at_endpoint else _NEEDS[stage.needs]


def _tags(stage: Stage, dimension: str) -> tuple[str, ...]:
    return tuple(tag for tag in stage.facets if tag in DIMENSIONS[dimension])


def _ordered(dimension: str, values: Iterable[str]) -> tuple[str, ...]:
    real = set(values) - {NONE}
    known = [value for value in DIMENSIONS[dimension] if value in real]
    return tuple(known + sorted(real - set(known))) or (NONE,)


def matches(facets: Facets, wanted: Mapping[str, Iterable[str]]) -> bool:
    """Say whether a system has, in every dimension asked for, at least one of the values."""
    return all(
        not values or set(facets.get(dimension, ())) & set(values)
        for dimension, values in wanted.items()
    )


def groups(systems: Mapping[int, System], dimension: str) -> dict[str, list[int]]:
    """Group systems (by number) by their values in a dimension.

    A system with several values, such as a hybrid of lexical and single-vector retrieval, is in
    the group of exactly that combination, so that every system is in one group.
    """
    found: dict[str, list[int]] = {}
    for number, system in systems.items():
        found.setdefault(" + ".join(facets_of(system)[dimension]), []).append(number)
    order = {value: place for place, value in enumerate(DIMENSIONS[dimension])}
    return dict(
        sorted(found.items(), key=lambda g: (" + " in g[0], order.get(g[0], len(order)), g[0]))
    )
