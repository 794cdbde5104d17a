"""BM25: the classic lexical ranking, over an index of plain arrays weighed in advance."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus
from evaluation.evidence import Part
from evaluation.files import open_table
from evaluation.lexical.formula import VARIANTS, Formula
from evaluation.lexical.lists import Lists, opened, save
from evaluation.progress import Progress
from evaluation.retrievers.base import BASE, Retriever
from evaluation.retrievers.lexical import Found, Lexical, analysis, best
from evaluation.retrievers.query_likelihood import QueryLikelihood
from evaluation.stage import param
from evaluation.text import Analyser


@dataclass(frozen=True)
class BM25(Lexical):
    """BM25 (Robertson et al., TREC-3, 1994) in the five variants of Kamphuis et al., ECIR 2020.

    A term that stands twice in a query counts twice. A document is a hit if it holds a query term
    of positive weight; where a variant gives a term that is nearly everywhere no weight, that
    term alone finds nothing. The scores of terms in documents are computed at indexing time (Lù,
    bm25s, arXiv 2407.03618) from term counts that all values of k1 and b share.
    """

    name: ClassVar[str] = "bm25"
    label: ClassVar[str] = "BM25"
    source: ClassVar[str] = "Robertson et al., TREC-3, 1994; Kamphuis et al., ECIR 2020"

    k1: float = param(0.9, "How slowly repeats of a term stop counting.", bounds=(0, 10))
    b: float = param(0.4, "How much long documents are held back (0 to 1).", bounds=(0, 1))
    variant: str = param("lucene", "Formula of term weights.", choices=VARIANTS)
    delta: float = param(0.5, "Lower bound of bm25l and bm25+ only.", bounds=(0, 5))
    tokens: str = analysis("tokens")
    stemmer: str = analysis("stemmer")
    stop_words: str = analysis("stop_words")

    def built_from(self) -> Retriever:
        return counted(self.analyser())

    def analyser(self) -> Analyser:
        return Analyser(self.tokens, self.stemmer, self.stop_words)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        counts = self.counts(folder)
        formula = Formula(self.variant, self.k1, self.b, self.delta)
        scores, absent = formula.weigh(counts.by_term, counts.lengths, progress=progress)
        save(folder, scores=scores, absent=absent)
        progress.report(len(corpus), len(corpus))

    def opened(self, folder: Path) -> "PostingLists":
        return load(folder)

    def _note(self, parts: list[Part]) -> str:
        if parts and self.variant in ("bm25l", "bm25+"):
            return "In this variant a term has a weight in documents without it, too."
        return super()._note(parts)


def counted(analyser: Analyser) -> QueryLikelihood:
    """Give the retriever whose index is the term counts of an analyser."""
    return QueryLikelihood(
        tokens=analyser.tokens, stemmer=analyser.stemmer, stop_words=analyser.stop_words
    )


@dataclass(frozen=True, eq=False)
class PostingLists:
    """An opened index; the arrays are memory-mapped.

    Attributes:
        terms: code of each term.
        scores: weight of each (term, document) pair above that of an absent term, by term.
        documents: the documents of those pairs.
        starts: where each term's pairs start; (terms + 1,).
        absent: weight of each term in a document without it (not zero in bm25l and bm25+ only).
    """

    terms: dict[str, int]
    scores: npt.NDArray[np.float32]
    documents: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    absent: npt.NDArray[np.float32]

    def search(
        self, terms: Sequence[str], depth: int, size: int, weights: Sequence[float] | None = None
    ) -> Found:
        """Give the best hits (see `TermIndex`)."""
        given = weights or [1.0] * len(terms)
        known = [(self.terms[t], w) for t, w in zip(terms, given, strict=True) if t in self.terms]
        totals, everywhere = np.zeros(size, np.float32), np.zeros(len(known), np.float32)
        for place, (code, weight) in enumerate(known):
            part = slice(self.starts[code], self.starts[code + 1])
            # a document stands once per term
            totals[self.documents[part]] += np.float32(weight) * self.scores[part]
            everywhere[place] = np.float32(weight) * self.absent[code]
        found = np.flatnonzero(totals > 0).astype(np.int32)
        documents, values = best(found, totals[found], depth)
        return documents, values + everywhere.sum(dtype=np.float32)

    def weight(self, term: str, document: int) -> tuple[float, int]:
        """Give what a term adds to the score of a document (its row), and how many hold the term.

        Not zero for a document without the term in bm25l and bm25+ only.
        """
        if term not in self.terms:
            return 0.0, 0
        code = self.terms[term]
        part = slice(self.starts[code], self.starts[code + 1])
        held = np.flatnonzero(self.documents[part] == document)
        own = float(self.scores[part][held[0]]) if len(held) else 0.0
        return own + float(self.absent[code]), int(self.starts[code + 1] - self.starts[code])


@lru_cache(maxsize=8)
def load(folder: Path) -> PostingLists:
    """Open the index in a folder; kept open in this process.

    The pairs are those of the term counts below it, unless the index has some of its own.
    """
    terms = open_table(folder / BASE / "terms.arrow")["term"].to_pylist()
    pairs = folder if (folder / "by_term_codes.npy").exists() else folder / BASE
    return PostingLists(
        {term: code for code, term in enumerate(terms)},
        opened(folder, "scores"),
        opened(pairs, "by_term_codes"),
        opened(pairs, "by_term_starts"),
        opened(folder, "absent"),
    )


def save_pairs(
    folder: Path, by_term: Lists, weights: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
) -> None:
    """Write an index whose pairs of term and document are not those of its term counts."""
    scores, absent = weights
    save(
        folder,
        scores=scores,
        absent=absent,
        by_term_codes=by_term.codes,
        by_term_starts=by_term.starts,
    )
