"""Term counts: how often each term stands in each document, by document and by term."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus
from evaluation.files import open_table, write_table
from evaluation.lexical.lists import Lists, joined, opened, save
from evaluation.progress import Progress
from evaluation.text import Analyser

BATCH = 1000  # documents counted together


@dataclass(frozen=True, eq=False)
class TermCounts:
    """How often each term stands in each document.

    Attributes:
        names: the terms; the place of a term is its code.
        codes: code of each term.
        by_document: per document, its terms and how often each stands there.
        by_term: per term, its documents and how often it stands in each.
        lengths: (documents,) how many terms a document holds, repeated ones included.
        totals: (terms,) how often each term stands in the corpus.
    """

    names: list[str]
    codes: dict[str, int]
    by_document: Lists
    by_term: Lists
    lengths: npt.NDArray[np.int64]
    totals: npt.NDArray[np.int64]

    @cached_property
    def size(self) -> int:
        """How many terms the corpus holds, repeated ones included."""
        return int(self.totals.sum())


class _Vocabulary(dict[str, int]):
    """Code of each raw token (-1 for a stop word); a new token is analysed once."""

    def __init__(self, analyser: Analyser, terms: Iterable[str] = ()) -> None:
        super().__init__()
        self.analyser = analyser
        self.terms = {term: code for code, term in enumerate(terms)}

    def __missing__(self, word: str) -> int:
        term = self.analyser.terms_of([word])[0]
        code = self.terms.setdefault(term, len(self.terms)) if term else -1
        self[word] = code
        return code


def count(
    batches: Iterable[list[str]],
    analyser: Analyser,
    progress: Progress,
    size: int,
    terms: Iterable[str] = (),
) -> tuple[dict[str, int], Lists]:
    """Count the terms of texts.

    Args:
        batches: the texts, some at a time.
        analyser: cuts them into terms.
        progress: hears of every batch.
        size: how many texts there are in all.
        terms: those that have their codes already, in order of these; new ones come after them.

    Returns:
        the code of each term, and per text its terms (by code) and how often each stands there.
    """
    vocabulary = _Vocabulary(analyser, terms)
    found, done = list[Lists](), 0
    for texts in batches:
        progress.report(done, size)
        words = [
            np.array(list(map(vocabulary.__getitem__, analyser.words(text))), np.int64)
            for text in texts
        ]
        keys = np.concatenate([*words, np.zeros(0, np.int64)])
        keys |= np.repeat(np.arange(len(texts)) << 32, [len(each) for each in words])
        keys, times = np.unique(keys[keys & ABSENT != ABSENT], return_counts=True)
        starts = np.searchsorted(keys, np.arange(len(texts) + 1) << 32)
        found.append(Lists(starts, (keys & ABSENT).astype(np.int32), times.astype(np.int32)))
        done += len(texts)
    return vocabulary.terms, joined(found)


ABSENT = (1 << 32) - 1  # the low half of a key; all its bits are set for the code -1


def write_counts(corpus: Corpus, analyser: Analyser, folder: Path, progress: Progress) -> None:
    """Count the terms of a corpus (title and text) and write the counts into a folder."""
    codes, by_document = count(corpus.batches(BATCH), analyser, progress, len(corpus))
    write_table(folder / "terms.arrow", pa.table({"term": pa.array(list(codes), pa.string())}))
    by_document.save(folder, "by_document")
    by_document.turned(len(codes)).save(folder, "by_term")
    ends = np.concatenate([[0], np.cumsum(by_document.values, dtype=np.int64)])
    lengths = np.diff(ends[by_document.starts])
    totals = np.bincount(by_document.codes, by_document.values, minlength=len(codes))
    save(folder, lengths=lengths, totals=totals.astype(np.int64))
    progress.report(len(corpus), len(corpus))


@lru_cache(maxsize=8)
def open_counts(folder: Path) -> TermCounts:
    """Open the counts in a folder; the arrays are memory-mapped and kept open in this process."""
    names = open_table(folder / "terms.arrow")["term"].to_pylist()
    return TermCounts(
        names,
        {term: code for code, term in enumerate(names)},
        Lists.open(folder, "by_document"),
        Lists.open(folder, "by_term"),
        opened(folder, "lengths"),
        opened(folder, "totals"),
    )
