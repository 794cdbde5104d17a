"""What all lexical retrievers share: an analyser, term counts, and an index asked term by term."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.lexical.counts import TermCounts, open_counts
from evaluation.progress import Progress
from evaluation.retrievers.base import BASE, Retriever
from evaluation.run import Run
from evaluation.run_parts import RunParts
from evaluation.stage import param
from evaluation.text import STEMMERS, STOP_WORDS, TOKENS, Analyser

Found = tuple[npt.NDArray[np.int32], npt.NDArray[np.floating]]  # documents and their scores


class TermIndex(Protocol):
    """An opened index, in which a score is a sum over the terms of the query."""

    def search(
        self, terms: Sequence[str], depth: int, size: int, weights: Sequence[float] | None = None
    ) -> Found:
        """Give documents and scores of the best hits, in no order, with all that tie at the end.

        Args:
            terms: of the query, repeated ones included.
            depth: how many hits are wanted.
            size: documents in the corpus.
            weights: how often each of `terms` counts, above 0; None counts every one once.
        """

    def weight(self, term: str, document: int) -> tuple[float, int]:
        """Give what a term adds to the score of a document (its row), and how many hold it."""


@dataclass(frozen=True)
class Lexical(Retriever):
    """A retriever whose scores are sums over the terms that query and document share."""

    facets: ClassVar[tuple[str, ...]] = ("lexical",)

    def index_structure(self) -> str:
        return "inverted"

    @abstractmethod
    def analyser(self) -> Analyser:
        """Give the analyser of documents and queries (for highlighting, too)."""

    @abstractmethod
    def opened(self, folder: Path) -> TermIndex:
        """Open the index in a folder."""

    def counts(self, folder: Path) -> TermCounts:
        """Open the term counts that the index in a folder was made from."""
        return open_counts(folder / BASE)

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        index, analyser = self.opened(folder), self.analyser()
        answers = (index.search(analyser.terms(text), depth, len(corpus)) for text in queries.texts)
        return run_of(corpus, queries, answers, depth, progress)

    def explain(self, asked: Asked) -> Explained | None:
        """Give the weight of each query term in the document; the weights sum to the score.

        Parts are `term`, `times` (in the query), `frequency` (in the document), `documents` (that
        hold the term) and `weight` (all its occurrences in the query together), heaviest first.
        """
        if asked.folder is None:
            return None
        row = row_in(asked.corpus, asked.placed)
        index, analyser = self.opened(asked.folder), self.analyser()
        wanted = self.wanted(asked)
        held = Counter(analyser.terms(asked.placed.text))
        parts: list[Part] = []
        for term, times in wanted.items():
            weight, documents = index.weight(term, row)
            about = {"term": term, "times": times, "frequency": held[term]}
            parts.append(about | {"documents": documents, "weight": times * weight})
        spans = analyser.spans(asked.placed.text, set(wanted))
        return Explained(
            method="terms",
            parts=sorted(parts, key=lambda part: -part["weight"]),
            total=sum(part["weight"] for part in parts),
            marks=[list(span) for span in spans],
            note=self._note(parts),
        )

    def wanted(self, asked: Asked) -> Counter[str]:
        """Give the terms of the query that is asked about, and how often each stands in it."""
        return Counter(self.analyser().terms(asked.placed.query))

    def table(self, asked: Asked, parts: list[Part], note: str = "") -> Explained:
        """Show what each term "Adds" to the score as a table, greatest first."""
        spans = self.analyser().spans(asked.placed.text, {part["Term"] for part in parts})
        return Explained(
            method="table",
            parts=sorted(parts, key=lambda part: -part["Adds"]),
            total=sum(part["Adds"] for part in parts),
            marks=[list(span) for span in spans],
            note=note,
        )

    def _note(self, parts: list[Part]) -> str:
        if not parts:
            return (
                f"The query holds no term that {self.label} counts: all its words are stop words."
            )
        if not any(part["frequency"] for part in parts):
            return f"The document holds no term of the query, so {self.label} cannot find it."
        return ""


def run_of(
    corpus: Corpus,
    queries: Queries,
    answers: Iterable[Found],
    depth: int,
    progress: Progress,
    failed: Sequence[str] = (),
) -> Run:
    """Make the run of what an index answered, query by query."""
    parts = RunParts(queries.ids, corpus.doc_ids, depth)
    for done, (documents, scores) in enumerate(answers, 1):
        parts.add(documents, scores)
        progress.report(done, len(queries), "queries")
    return parts.run(failed)


def listed(names: Sequence[str], most: int = 30) -> str:
    """Write names in a row; of more than so many, the rest as a number."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def best(documents: npt.NDArray[np.int32], scores: npt.NDArray[Any], depth: int) -> Found:
    """Keep the hits of the highest scores, in no order, with all that tie at the end."""
    if len(documents) <= depth:
        return documents, scores
    kept = scores >= np.partition(scores, len(scores) - depth)[-depth]
    return documents[kept], scores[kept]


def analysis(name: str) -> Any:
    """Declare the parameter `tokens`, `stemmer` or `stop_words` of a lexical retriever."""
    if name == "tokens":
        meaning = (
            "What is indexed. Bigrams cut Chinese, Japanese, Thai ... into pairs of characters."
        )
        return param("words", meaning, choices=TOKENS)
    if name == "stemmer":
        return param("english", "Language of the Snowball stemmer.", choices=STEMMERS)
    return param("english", "Stop words that are left out.", choices=tuple(STOP_WORDS))
