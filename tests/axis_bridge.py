"""The bridge collection beside a dense index of it, one dimension per word; a fresh seed each."""

from dataclasses import dataclass
from pathlib import Path

from evaluation.collections.collection import Collection, Corpus
from evaluation.feedback.base import Feedback, Searched
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever, link_base
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from tests.bridge import bridge_collection
from tests.fresh_seed import fresh_seed

AXIS = "axis"  # the model's name


@dataclass(frozen=True)
class Bridge:
    """A collection, an index of its words, and the run without feedback."""

    collection: Collection
    searched: Searched
    base: Run

    @property
    def matches(self) -> Run:
        """The run without feedback, as far as a document shares a word with its query.

        Where the matches run out, documents of score 0 follow in the order of their ids, so that
        the same two of one topic would be fed back to the queries of every other.
        """
        rankings = {q: [hit for hit in hits if hit[1] > 0] for q, hits in self.base}
        return Run.from_lists(rankings)

    @property
    def corpus(self) -> Corpus:
        assert self.collection.corpus is not None
        return self.collection.corpus

    def fed_back(self, stage: Feedback, first: Run | None = None, depth: int = 50) -> Run:
        first = self.base if first is None else first
        queries = self.collection.queries
        return stage.refine(self.corpus, queries, first, self.searched, depth, SILENT)


def fresh_bridge(folder: Path, index_type: str = "flat") -> Bridge:
    """Make one from a seed that is printed when the test fails."""
    seed = fresh_seed()
    collection = bridge_collection(seed)
    dense, place = Dense(model=AXIS, index_type=index_type).resolved(), folder / str(seed)
    assert collection.corpus is not None
    build(dense, collection.corpus, place)
    base = dense.search(collection.corpus, collection.queries, place, 50, SILENT)
    return Bridge(collection, Searched(dense, place), base)


def build(stage: Retriever, corpus: Corpus, folder: Path) -> None:
    """Build an index, and before it the one that it starts from."""
    folder.mkdir(parents=True)
    below = stage.built_from()
    if below is not None:
        before = folder.with_name(f"{folder.name} below")
        build(below, corpus, before)
        link_base(before, folder)
    stage.index(corpus, folder, SILENT)
