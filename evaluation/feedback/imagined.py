"""Imagined passages: what a language model thinks an answer looks like, searched with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part
from evaluation.feedback.base import Feedback, Searched
from evaluation.feedback.written import as_compared, document_vectors
from evaluation.language_models.base import ENDPOINT, Reply
from evaluation.language_models.opening import revision_of
from evaluation.language_models.prompts import marked
from evaluation.language_models.writing import Halves, Writer, described
from evaluation.models.encoding import Vectors
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.lexical import Lexical
from evaluation.run import Run
from evaluation.stage import param

PROMPT = (
    "Write a passage of about {words} words that a search engine should find for the query below, "
    "as it might stand in a real document. This is passage {number} of {of}; each looks at "
    "another side of the matter. Write the passage only.\n\nQuery: {query}\n\nPassage:"
)


@dataclass(frozen=True)
class Imagined(Feedback):
    """Search with passages that a language model imagines (HyDE, Gao et al., ACL 2023).

    Dense: q' = w e(q) + (1 - w) mean e(passage), with vectors of length one before and after
    where the model compares by cosine. Lexical retrievers: the query, repeated, with the passages
    behind it, as query2doc does. The weight 1 and 0 passages are the plain search, and ask no
    model. The first run is not looked at, but for queries that failed there. A query whose
    passages all came back empty is asked as it is.
    """

    name: ClassVar[str] = "imagined"
    label: ClassVar[str] = "Imagined passages"
    source: ClassVar[str] = (
        "Gao et al., ACL 2023; Wang et al., EMNLP 2023; Liao et al., arXiv 2403.15268, 2024"
    )
    facets: ClassVar[tuple[str, ...]] = ("language model", "query rewriting")
    needs: ClassVar[str] = "a language model"
    searches: ClassVar[tuple[type[Retriever], ...]] = (Dense, Lexical)

    model: str = param(
        ENDPOINT, "What writes: `endpoint`, or a causal language model by hub id or folder."
    )
    passages: int = param(3, "How many passages per query.", bounds=(0, 20))
    words: int = param(80, "How long a passage should be, in words.", bounds=(5, 1000))
    weight: float = param(
        0.5, "Share of the query itself in the vector; 1 for the query alone.", bounds=(0, 1)
    )
    repeats: int = param(
        5,
        "How often the query stands before the passages (lexical retrievers only).",
        bounds=(1, 100),
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
        if isinstance(searched.stage, Dense):
            vectors = self.vectors(searched.stage, asked, written, halves.tick)
            run = searched.stage.search_vectors(
                corpus, asked, vectors, searched.folder, depth, halves
            )
        else:
            texts = [
                self.longer(query, [reply.text for reply in replies])
                for query, replies in zip(asked.texts, written, strict=True)
            ]
            changed = Queries.of(dict(zip(asked.ids, texts, strict=True)))
            run = searched.stage.search(corpus, changed, searched.folder, depth, halves)
        return replace(run.only(queries.ids), failed=first.failed & set(queries.ids))

    def write(self, queries: Queries, report: Callable[[int], None]) -> list[list[Reply]]:
        """Give the passages of each query; none where they would not count."""
        report(0)
        if self.weight == 1 or not self.passages:
            return [[] for _ in queries.ids]
        return Writer(self.model, PROMPT, self.passages, self.words).write(queries.texts, report)

    def vectors(
        self,
        stage: Dense,
        queries: Queries,
        written: Sequence[Sequence[Reply]],
        tick: Callable[[], None],
    ) -> Vectors:
        """Give the vector that each query is searched with: (queries, dimension)."""
        own = stage.query_vectors(queries, lambda _: tick())
        texts = [reply.text for replies in written for reply in replies]
        if not texts:
            return own
        passages = document_vectors(stage, texts, tick)
        ends = np.cumsum([len(replies) for replies in written])
        mixed = own.astype(np.float64)
        for row, replies in enumerate(written):
            if replies:
                mean = passages[ends[row] - len(replies) : ends[row]].mean(axis=0)
                mixed[row] = self.weight * own[row] + (1 - self.weight) * mean
        found = as_compared(stage, mixed, tick)
        return np.where(np.array([bool(one) for one in written])[:, None], found, own)

    def longer(self, query: str, passages: Sequence[str]) -> str:
        """Give the text that a lexical index is searched with."""
        return " ".join([*[query] * self.repeats, *passages]) if passages else query

    def explain(self, asked: Asked, searched: Searched) -> Explained:
        """Show the passages."""
        progress = asked.progress
        replies = self.write(asked.queries, lambda done: progress.report(done, 1, "queries"))[0]
        parts: list[Part] = [
            {"title": f"Imagined passage {number}", "text": reply.text, "detail": described(reply)}
            for number, reply in enumerate(replies, 1)
        ]
        if not parts:
            return Explained(note="No passage counts here: the query was asked as it is.")
        if isinstance(searched.stage, Dense):
            how = f"Searched with {self.weight:g} of the query's vector and the rest of the mean"
            return Explained("texts", parts, note=f"{how} of the passages' vectors.")
        how = f"Searched with the query, {self.repeats} times, and the passages behind it."
        return Explained("texts", parts, note=how)
