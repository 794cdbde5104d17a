"""BM25: the classic lexical ranking, over an index of plain arrays built by bm25s."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus, Queries
from evaluation.files import open_table, write_table
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import param
from evaluation.text import STEMMERS, STOP_WORDS, TOKENS, Analyser

VARIANTS = ("lucene", "robertson", "atire", "bm25l", "bm25+")
ARRAYS = ("scores", "documents", "starts", "absent")


@dataclass(frozen=True)
class BM25(Retriever):
    """BM25 (Robertson et al., TREC-3, 1994) in the five variants of Kamphuis et al., ECIR 2020.

    A term that stands twice in a query counts twice. A document is a hit if it holds a query term
    of positive weight; where a variant gives a term that is nearly everywhere no weight, that
    term alone finds nothing. The scores of terms in documents are computed at indexing time (Lù,
    bm25s, arXiv 2407.03618), so k1 and b belong to the index.
    """

    name: ClassVar[str] = "bm25"
    label: ClassVar[str] = "BM25"
    source: ClassVar[str] = "Robertson et al., TREC-3, 1994; Kamphuis et al., ECIR 2020"
    facets: ClassVar[tuple[str, ...]] = ("lexical",)

    k1: float = param(0.9, "How slowly repeats of a term stop counting.", bounds=(0, 10))
    b: float = param(0.4, "How much long documents are held back (0 to 1).", bounds=(0, 1))
    variant: str = param("lucene", "Formula of term weights.", choices=VARIANTS)
    delta: float = param(0.5, "Lower bound of bm25l and bm25+ only.", bounds=(0, 5))
    tokens: str = param(
        "words",
        "What is indexed. Bigrams cut Chinese, Japanese, Thai ... into pairs of characters.",
        choices=TOKENS,
    )
    stemmer: str = param("english", "Language of the Snowball stemmer.", choices=STEMMERS)
    stop_words: str = param("english", "Stop words that are left out.", choices=tuple(STOP_WORDS))

    def index_structure(self) -> str:
        return "inverted"

    def analyser(self) -> Analyser:
        """Give the analyser of documents and queries (for highlighting, too)."""
        return Analyser(self.tokens, self.stemmer, self.stop_words)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        tokens = _tokenise(corpus, self.analyser(), progress)
        terms = pa.array(list(tokens.vocab), pa.string())
        write_table(folder / "terms.arrow", pa.table({"term": terms}))
        for name, array in zip(ARRAYS, self._weigh(tokens), strict=True):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        progress.report(len(corpus), len(corpus))

    def _weigh(self, tokens: "TokenisedCorpus") -> tuple[npt.NDArray[Any], ...]:
        """Give the weights of all (term, document) pairs: see PostingLists for the arrays."""
        if not len(tokens.codes):
            nothing = np.zeros(0, np.float32)
            return nothing, np.zeros(0, np.int32), np.zeros(1, np.int64), nothing
        import bm25s

        builder = bm25s.BM25(
            k1=self.k1,
            b=self.b,
            delta=self.delta,
            method=self.variant,
            backend="numpy",
            csc_backend="numpy",
        )
        builder.index(tokens, create_empty_token=False, show_progress=False)
        found = builder.scores
        absent = builder.nonoccurrence_array
        if absent is None:
            absent = np.zeros(len(tokens.vocab), np.float32)
        return found["data"], found["indices"], found["indptr"], absent

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        index, analyser = load(folder), self.analyser()
        lengths, documents, scores = [], [], []
        for done, text in enumerate(queries.texts):
            found, values = index.search(analyser.terms(text), depth, len(corpus))
            lengths.append(len(found))
            documents.append(found)
            scores.append(values)
            progress.report(done + 1, len(queries), "queries")
        codes = np.repeat(np.arange(len(queries), dtype=np.int32), lengths)
        hits = (codes, np.concatenate([*documents, NONE]), np.concatenate([*scores, NO_SCORES]))
        return Run.from_hits(queries.ids, corpus.doc_ids, hits, depth)


NONE, NO_SCORES = np.zeros(0, np.int32), np.zeros(0, np.float32)


@dataclass(frozen=True)
class TokenisedCorpus:
    """A corpus as term codes, in the shape that bm25s reads (`ids`, `vocab`), held compactly.

    Attributes:
        codes: the term codes of all documents, one after another.
        ends: where each document ends in `codes`.
        vocab: code of each term.
        progress: hears of each pass, so that a long indexing can be cancelled.
    """

    codes: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]
    vocab: dict[str, int]
    progress: Progress

    @property
    def ids(self) -> "TokenisedCorpus":
        """The documents, as a sequence of lists of term codes."""
        return self

    def __len__(self) -> int:
        """Count the documents."""
        return len(self.ends)

    def __iter__(self) -> Iterator[list[int]]:
        """Go through the documents."""
        start = 0
        for done, end in enumerate(self.ends.tolist()):
            if done % 1000 == 0:
                self.progress.report(len(self), len(self))
            yield self.codes[start:end].tolist()
            start = end


class _Vocabulary(dict[str, int]):
    """Code of each raw token (-1 for a stop word); a new token is analysed once."""

    def __init__(self, analyser: Analyser) -> None:
        super().__init__()
        self.analyser, self.terms = analyser, dict[str, int]()

    def __missing__(self, word: str) -> int:
        term = self.analyser.terms_of([word])[0]
        code = self.terms.setdefault(term, len(self.terms)) if term else -1
        self[word] = code
        return code


def _tokenise(corpus: Corpus, analyser: Analyser, progress: Progress) -> TokenisedCorpus:
    vocabulary = _Vocabulary(analyser)
    parts, lengths, done = [np.zeros(0, np.int32)], [], 0
    for texts in corpus.batches(1000):
        progress.report(done, len(corpus))
        for text in texts:
            codes = np.array(list(map(vocabulary.__getitem__, analyser.words(text))), np.int32)
            codes = codes[codes >= 0]
            parts.append(codes)
            lengths.append(len(codes))
        done += len(texts)
    ends = np.cumsum(np.array(lengths, np.int64))
    return TokenisedCorpus(np.concatenate(parts), ends, vocabulary.terms, progress)


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
        self, terms: list[str], depth: int, size: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Give documents and scores of the best hits, in no order, with all that tie at the end.

        Args:
            terms: of the query, repeated ones included.
            depth: how many hits are wanted.
            size: documents in the corpus.
        """
        codes = [self.terms[term] for term in terms if term in self.terms]
        totals = np.zeros(size, np.float32)
        for code in codes:
            part = slice(self.starts[code], self.starts[code + 1])
            totals[self.documents[part]] += self.scores[part]  # a document stands once per term
        found = np.flatnonzero(totals > 0).astype(np.int32)
        values = totals[found]
        if len(found) > depth:
            least = np.partition(values, len(values) - depth)[-depth]
            found, values = found[values >= least], values[values >= least]
        return found, values + self.absent[codes].sum(dtype=np.float32)

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
    """Open the index in a folder; kept open in this process."""
    terms = open_table(folder / "terms.arrow")["term"].to_pylist()
    scores, documents, starts, absent = (
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS
    )
    codes = {term: code for code, term in enumerate(terms)}
    return PostingLists(codes, scores, documents, starts, absent)
