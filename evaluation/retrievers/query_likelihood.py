"""Query likelihood: how likely a document's words, smoothed by the corpus, give the query."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus
from evaluation.lexical.counts import TermCounts, open_counts, write_counts
from evaluation.progress import Progress
from evaluation.retrievers.lexical import Found, Lexical, analysis, best
from evaluation.stage import param
from evaluation.text import Analyser


@dataclass(frozen=True)
class QueryLikelihood(Lexical):
    """Query likelihood with Dirichlet smoothing (Zhai & Lafferty, SIGIR 2001).

    The score is the sum over the query's terms, repeated ones included, of
    `log((tf + mu p(w|C)) / (|d| + mu)) - log p(w|C)`: how much likelier the document makes the
    query than the corpus as a whole does. Without the last part, which is the same for every
    document, it is the textbook's; the order is the same, and greater than 0 means likelier than
    by chance. With growing mu all scores go to 0, so that all hits tie. Terms that the corpus does
    not hold are left out; a document without any term of the query is no hit.

    The index is the term counts, so BM25 starts from it, and mu can be changed without a new one.
    """

    name: ClassVar[str] = "query-likelihood"
    label: ClassVar[str] = "Query likelihood"
    source: ClassVar[str] = "Ponte & Croft, SIGIR 1998; Zhai & Lafferty, SIGIR 2001"

    mu: float = param(
        1000.0,
        "How many words of the corpus smooth a document; more for long queries.",
        bounds=(1, 1_000_000),
        search_only=True,
    )
    tokens: str = analysis("tokens")
    stemmer: str = analysis("stemmer")
    stop_words: str = analysis("stop_words")

    def index_title(self) -> str:
        return "Term counts"

    def analyser(self) -> Analyser:
        return Analyser(self.tokens, self.stemmer, self.stop_words)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        write_counts(corpus, self.analyser(), folder, progress)

    def opened(self, folder: Path) -> "Likelihoods":
        return Likelihoods(self.counts(folder), self.mu)

    def counts(self, folder: Path) -> TermCounts:
        return open_counts(folder)


@dataclass(frozen=True, eq=False)
class Likelihoods:
    """Term counts, asked for likelihoods (see `TermIndex`)."""

    counts: TermCounts
    mu: float

    def search(
        self, terms: Sequence[str], depth: int, size: int, weights: Sequence[float] | None = None
    ) -> Found:
        totals, mass = np.zeros(size), 0.0
        for term, weight in zip(terms, weights or [1.0] * len(terms), strict=True):
            code = self.counts.codes.get(term)
            if code is not None:
                documents, times = self.counts.by_term.row(code)
                totals[documents] += weight * self._seen(code, times)
                mass += weight
        found = np.flatnonzero(totals > 0).astype(np.int32)
        return best(found, totals[found] + mass * self._length(found), depth)

    def weight(self, term: str, document: int) -> tuple[float, int]:
        code = self.counts.codes.get(term)
        if code is None:
            return 0.0, 0
        documents, times = self.counts.by_term.row(code)
        own = float(self._seen(code, times[documents == document]).sum())
        return own + float(self._length(np.array([document]))[0]), len(documents)

    def _seen(self, code: int, times: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """Give what occurrences of a term add: log(1 + tf / (mu p(w|C)))."""
        chance = self.counts.totals[code] / self.counts.size
        seen: npt.NDArray[np.float64] = np.log1p(times / (self.mu * chance))
        return seen

    def _length(self, documents: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
        """Give what the length of a document takes away, for every term of the query."""
        lengths: npt.NDArray[np.float64] = np.log1p(self.counts.lengths[documents] / self.mu)
        return -lengths
