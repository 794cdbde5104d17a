"""BM25 over documents that were given words of their neighbours."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Corpus
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.lexical.formula import Formula
from evaluation.lexical.lists import Lists, lists_of
from evaluation.lexical.neighbours import expansion, neighbours
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.bm25 import PostingLists, counted, load, save_pairs
from evaluation.retrievers.lexical import Lexical, analysis, listed
from evaluation.stage import param
from evaluation.text import Analyser


@dataclass(frozen=True)
class ExpandedBM25(Lexical):
    """Document expansion without a model, after Tao et al. (NAACL 2006), under BM25.

    Every document gets words that it does not hold and its nearest neighbours do, the most
    characteristic ones, as a part of the times that it would hold them had its neighbours written
    it; its length grows with them. How rare a term is stays what the texts say. With `weight` 0 it
    is BM25 (Lucene's variant). A baseline for expansions that a model writes or weighs.
    """

    name: ClassVar[str] = "expanded-bm25"
    label: ClassVar[str] = "BM25 over expanded documents"
    source: ClassVar[str] = "Tao et al., NAACL 2006"

    neighbours: int = param(10, "How many near documents give words.", bounds=(1, 1000))
    terms: int = param(30, "How many new words a document gets at most.", bounds=(1, 1000))
    weight: float = param(0.5, "How much an added word counts (0: BM25).", bounds=(0, 10))
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
        near = neighbours(counts, self.neighbours, progress)
        found = expansion(counts, near, self.terms, progress)
        added = Lists(found.starts, found.codes, (self.weight * found.values).astype(np.float32))
        added = added.only(added.values > 0)
        near.save(folder, "neighbours")
        added.save(folder, "added")
        terms, whole = len(counts.names), counts.by_document
        if len(added.codes):
            whole = lists_of(whole.matrix(terms) + added.matrix(terms))
        more = np.bincount(added.owners(), added.values, minlength=len(whole))
        by_term, formula = whole.turned(terms), Formula("lucene", self.k1, self.b)
        held = counts.by_term.lengths()
        weights = formula.weigh(by_term, counts.lengths + more, held, progress)
        save_pairs(folder, by_term, weights)
        progress.report(len(corpus), len(corpus))

    def opened(self, folder: Path) -> PostingLists:
        return load(folder)

    def explain(self, asked: Asked) -> Explained | None:
        if asked.folder is None:
            return None
        row = row_in(asked.corpus, asked.placed)
        counts, index = self.counts(asked.folder), self.opened(asked.folder)
        held = counts.by_document.of(row)
        added = Lists.open(asked.folder, "added").of(row)
        parts: list[Part] = []
        for term, times in self.wanted(asked).items():
            code = counts.codes.get(term, -1)
            parts.append(
                {
                    "Term": term,
                    "In document": int(held.get(code, 0)),
                    "Added from neighbours": added.get(code, 0.0),
                    "Adds": times * index.weight(term, row)[0],
                }
            )
        near, _ = Lists.open(asked.folder, "neighbours").row(row)
        names = asked.corpus.doc_ids.take(pa.array(near)).to_pylist()
        words = [counts.names[code] for code in sorted(added, key=lambda code: -added[code])]
        note = f"Its neighbours {listed(names)} added: {listed(words)}."
        return self.table(asked, parts, note if words else "Nothing was added to this document.")
