"""Think, then embed: a query is encoded together with what a language model thinks of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part
from evaluation.feedback.base import Feedback, Searched
from evaluation.feedback.written import as_compared
from evaluation.language_models.base import ENDPOINT, Reply
from evaluation.language_models.opening import revision_of
from evaluation.language_models.prompts import marked
from evaluation.language_models.writing import Halves, Writer, described
from evaluation.models.encoding import Vectors
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from evaluation.stage import param
from evaluation.vector_indexes.opening import open_index

Votes = npt.NDArray[np.float64]
PROMPT = (
    "Think about the search query below: what is asked for, and what would a document say that "
    "answers it? Write thought {number} of {of}, each on another side of the matter, in about "
    "{words} words. Write the thought only.\n\nQuery: {query}\n\nThought:"
)


@dataclass(frozen=True)
class Think(Feedback):
    """Search with e(query + thought), the mean over thoughts (O1 Embedder, Yan et al., 2025).

    The published encoder is trained to think; here a language model thinks and the retriever's
    own encoder reads, which nobody trained it for. With a committee one thought is kept: the one
    whose vector agrees best with the first documents of the run below, which is the vote of
    several retrievers where that run is a fusion. Nothing else of the collection is seen, no
    judgement in particular. 0 thoughts, or none that is not empty, is the plain search.
    """

    name: ClassVar[str] = "think"
    label: ClassVar[str] = "Think, then embed (untrained)"
    source: ClassVar[str] = "Yan et al., arXiv 2502.07555, 2025"
    facets: ClassVar[tuple[str, ...]] = ("language model", "query rewriting")
    needs: ClassVar[str] = "a language model"
    searches: ClassVar[tuple[type[Retriever], ...]] = (Dense,)

    model: str = param(
        ENDPOINT, "What thinks: `endpoint`, or a causal language model by hub id or folder."
    )
    thoughts: int = param(3, "How many thoughts per query.", bounds=(0, 20))
    words: int = param(60, "How long a thought should be, in words.", bounds=(5, 1000))
    committee: int = param(
        0,
        "First documents that choose the one best thought; 0 takes the mean of all.",
        bounds=(0, 1000),
    )

    def revision(self) -> str:
        return marked(revision_of(self.model), PROMPT)

    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        asked = queries.only([one for one in queries.ids if one not in first.failed])
        halves = Halves(progress, len(asked))
        written = self.write(asked, halves.written)
        vectors = self.vectors(corpus, asked, first, (searched, written), halves.tick)
        stage = cast("Dense", searched.stage)
        run = stage.search_vectors(corpus, asked, vectors, searched.folder, depth, halves)
        return replace(run.only(queries.ids), failed=first.failed & set(queries.ids))

    def write(self, queries: Queries, report: Callable[[int], None]) -> list[list[Reply]]:
        """Give the thoughts of each query."""
        report(0)
        if not self.thoughts:
            return [[] for _ in queries.ids]
        return Writer(self.model, PROMPT, self.thoughts, self.words).write(queries.texts, report)

    def vectors(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        made: tuple[Searched, Sequence[Sequence[Reply]]],
        tick: Callable[[], None],
    ) -> Vectors:
        """Give the vector that each query is searched with: (queries, dimension).

        Args:
            corpus: the documents.
            queries: those asked.
            first: the run whose documents are the committee.
            made: what is searched, and the thoughts of each query.
            tick: may raise to stop.
        """
        searched, written = made
        stage = cast("Dense", searched.stage)
        found = stage.query_vectors(queries, lambda _: tick())
        pairs = zip(queries.texts, written, strict=True)
        texts = [together(query, reply) for query, replies in pairs for reply in replies]
        if not texts:
            return found
        numbered = Queries.of({str(place): text for place, text in enumerate(texts)})
        every, start = stage.query_vectors(numbered, lambda _: tick()), 0
        for row, replies in enumerate(written):
            part = every[start : start + len(replies)]
            start += len(replies)
            if replies:
                votes = self.votes(corpus, first.only([queries.ids[row]]), searched, part)
                kept = part if votes is None else part[[int(votes.argmax())]]
                found[row] = as_compared(stage, kept.mean(axis=0, keepdims=True), tick)[0]
        return found

    def votes(
        self, corpus: Corpus, first: Run, searched: Searched, thoughts: Vectors
    ) -> Votes | None:
        """Give how well each thought agrees with the first documents of one query.

        The mean score of those documents; None where there is no committee or no document.
        """
        top = first.top(self.committee or 1)
        rows = corpus.find(top.doc_ids.take(pa.array(top.documents)))
        rows = rows[rows >= 0]
        if not self.committee or not len(rows):
            return None
        index = open_index(searched.folder)
        documents = np.array([index.vector(int(row)) for row in rows], np.float64)
        return np.asarray((thoughts @ documents.T).mean(axis=1), np.float64)

    def explain(self, asked: Asked, searched: Searched) -> Explained:
        """Show the thoughts, and how well each agrees with the committee."""
        report = asked.progress.report
        replies = self.write(asked.queries, lambda done: report(done, 1, "queries"))[0]
        if not replies:
            return Explained(note="No thought counts here: the query was asked as it is.")
        texts = {str(n): together(asked.placed.query, one) for n, one in enumerate(replies)}
        vectors = cast("Dense", searched.stage).query_vectors(
            Queries.of(texts), lambda _: report(0, 1, "queries")
        )
        votes = self.votes(asked.corpus, asked.inputs[0], searched, vectors)
        parts: list[Part] = [
            {"title": f"Thought {number}", "text": reply.text, "detail": described(reply)}
            for number, reply in enumerate(replies, 1)
        ]
        if votes is None:
            return Explained("texts", parts, note="Searched with the mean over query + thought.")
        for place, part in enumerate(parts):
            kept = ", kept" if place == int(votes.argmax()) else ""
            part["detail"] = f"agreement {votes[place]:.4f}{kept}; {part['detail']}"
        note = f"Searched with the thought that the first {self.committee} documents agree with."
        return Explained("texts", parts, note=note)


def together(query: str, thought: Reply) -> str:
    """Write the text that is encoded."""
    return f"{query}\n{thought.text}"
