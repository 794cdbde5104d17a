"""Every stage there is, ready to be tried: on a tiny model where it needs one."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from evaluation.collections.collection import Collection
from evaluation.collections.vector_sets import VectorSet, VectorWriter, close_set
from evaluation.errors import CancelledError
from evaluation.stage import Stage, make_stage, stages
from tests.tiny_language_model import LANGUAGE_MODEL
from tests.tiny_models import CROSS_ENCODER, ENCODER, SPLADE
from tests.tiny_writers import BART

ALL = list(stages())
ALONE = {  # so that a stage needs nothing but documents, and what `with_vectors` gives them
    "concepts": {"concepts": "terms"},
    "given-vectors": {"vectors": "tiny"},
}


def of_kind(kind: str) -> list[str]:
    """Name the stages of a kind."""
    return [name for name, cls in stages().items() if cls.kind == kind]


def tried(name: str) -> Stage:
    """Give a stage with its defaults, on a tiny model where it needs one."""
    known = {field.name for field in fields(stages()[name])}
    if "model" not in known:
        return make_stage(name, ALONE.get(name, {}))
    if stages()[name].needs == "a language model":
        return make_stage(name, {"model": LANGUAGE_MODEL})
    tiny = {"cross-encoder": CROSS_ENCODER, "seal": BART, "learned-sparse": SPLADE}
    return make_stage(name, {"model": tiny.get(name, ENCODER), **ALONE.get(name, {})})


def with_vectors(collection: Collection, folder: Path) -> Collection:
    """Give a collection with a vector set of its own, called `tiny`, kept in a folder."""
    corpus, place = collection.corpus, folder / "vectors-tiny"
    assert corpus is not None
    place.mkdir(parents=True)
    random = np.random.default_rng(5)
    for part, count in (("documents", len(corpus)), ("queries", len(collection.queries))):
        with VectorWriter(place / f"{part}.npy", count, 8) as writer:
            writer.put(np.arange(count), random.normal(size=(count, 8)).astype(np.float32))
    lengths = {part: {"lengths": [0.1, 9.0]} for part in ("documents", "queries")}
    record = {"dimension": 8, "fingerprint": close_set(place, collection.queries.ids), **lengths}
    sets = {"vectors-tiny": VectorSet(place, record)}
    return replace(collection, corpus=replace(corpus, vectors=sets))


class StopAt:
    """Counts the reports and cancels at one of them."""

    def __init__(self, report: int = 1) -> None:
        self.left, self.units = report, set[str]()

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        assert done >= 0
        assert total is None or done <= total
        self.units.add(unit)
        self.left -= 1
        if self.left == 0:
            raise CancelledError
        assert self.left > 0, "went on after it was cancelled"
