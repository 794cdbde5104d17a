"""BM25 over two fields: the title may count more, or less, than the text."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.lexical.counts import BATCH, TermCounts, count
from evaluation.lexical.formula import Formula
from evaluation.lexical.lists import Lists
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.bm25 import PostingLists, counted, load, save_pairs
from evaluation.retrievers.lexical import Lexical, analysis
from evaluation.stage import param
from evaluation.text import Analyser


@dataclass(frozen=True)
class FieldedBM25(Lexical):
    """BM25F in its simple form (Robertson, Zaragoza & Taylor, CIKM 2004).

    A term counts as often as it stands in the title, times the title's weight, plus as often as it
    stands in the text, times the text's; lengths are added up in the same way, and BM25 (Lucene's
    variant) goes by these. So repeats stop counting across both fields together, unlike in a sum
    of two BM25 scores. With both weights 1 it is BM25 of title and text as one; with one weight 0
    and the other 1 it is BM25 of the other field alone.
    """

    name: ClassVar[str] = "bm25-fields"
    label: ClassVar[str] = "BM25 over fields"
    source: ClassVar[str] = "Robertson, Zaragoza & Taylor, CIKM 2004"

    title_weight: float = param(2.0, "How often a word of the title counts.", bounds=(0, 100))
    text_weight: float = param(1.0, "How often a word of the text counts.", bounds=(0, 100))
    k1: float = param(0.9, "How slowly repeats of a term stop counting.", bounds=(0, 10))
    b: float = param(0.4, "How much long documents are held back (0 to 1).", bounds=(0, 1))
    tokens: str = analysis("tokens")
    stemmer: str = analysis("stemmer")
    stop_words: str = analysis("stop_words")

    def built_from(self) -> Retriever:
        return counted(self.analyser())

    def analyser(self) -> Analyser:
        return Analyser(self.tokens, self.stemmer, self.stop_words)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        counts = self.counts(folder)
        batches = (
            [title or "" for title in corpus.table["title"].slice(start, BATCH).to_pylist()]
            for start in range(0, len(corpus), BATCH)
        )
        _, titles = count(batches, self.analyser(), progress, len(corpus), counts.names)
        titles.save(folder, "titles")
        by_document, lengths = self._weighted(counts, titles)
        by_term = by_document.turned(len(counts.names))
        formula = Formula("lucene", self.k1, self.b)
        save_pairs(folder, by_term, formula.weigh(by_term, lengths, progress=progress))
        progress.report(len(corpus), len(corpus))

    def _weighted(self, counts: TermCounts, titles: Lists) -> tuple[Lists, npt.NDArray[np.float64]]:
        """Give how often each term counts in each document, and how long the documents are."""
        whole = counts.by_document
        in_title = np.zeros(len(whole.codes))
        in_title[np.searchsorted(whole.keys(), titles.keys())] = titles.values
        values = self.title_weight * in_title + self.text_weight * (whole.values - in_title)
        lengths = np.bincount(whole.owners(), values, minlength=len(whole)).astype(np.float64)
        weighted = Lists(whole.starts, whole.codes, values.astype(np.float32))
        return weighted.only(values > 0), lengths

    def opened(self, folder: Path) -> PostingLists:
        return load(folder)

    def explain(self, asked: Asked) -> Explained | None:
        if asked.folder is None:
            return None
        row = row_in(asked.corpus, asked.placed)
        counts, index = self.counts(asked.folder), self.opened(asked.folder)
        whole = counts.by_document.of(row)
        titles = Lists.open(asked.folder, "titles").of(row)
        parts: list[Part] = []
        for term, times in self.wanted(asked).items():
            code = counts.codes.get(term, -1)
            in_title = int(titles.get(code, 0))
            in_text = int(whole.get(code, 0)) - in_title
            parts.append(
                {
                    "Term": term,
                    "In title": in_title,
                    "In text": in_text,
                    "Counts as": self.title_weight * in_title + self.text_weight * in_text,
                    "Adds": times * index.weight(term, row)[0],
                }
            )
        return self.table(asked, parts)
