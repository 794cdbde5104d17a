"""Documents as codes of words, and back to places in their texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus
from evaluation.files import open_table, write_table
from evaluation.progress import Progress
from evaluation.text import Analyser, stop_list

BATCH = 1000  # documents between two reports


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The code of each word, from 1 on.

    Attributes:
        analyser: cuts and stems; it leaves no word out, or n-grams would have holes.
        codes: of each term.
        words: codes of words met before, so that each is stemmed once.
    """

    analyser: Analyser
    codes: dict[str, int]
    words: dict[str, int]

    @classmethod
    def empty(cls, analyser: Analyser) -> "Vocabulary":
        """Give one that learns while it cuts."""
        return cls(analyser, {}, {})

    def learn(self, text: str) -> npt.NDArray[np.int32]:
        """Cut a text into codes; a new term gets the next one."""
        found = self.analyser.words(text)
        new = [word for word in dict.fromkeys(found) if word not in self.words]
        for word, term in zip(new, self.analyser.terms_of(new), strict=True):
            self.words[word] = self.codes.setdefault(term, len(self.codes) + 1)
        return np.array([self.words[word] for word in found], np.int32)

    def read(self, text: str) -> npt.NDArray[np.int32]:
        """Cut a text into codes of known terms; unknown ones are left out."""
        terms = self.analyser.terms_of(self.analyser.words(text))
        return np.array([self.codes[term] for term in terms if term in self.codes], np.int32)

    def stops(self, name: str) -> npt.NDArray[np.bool_]:
        """Say of each code whether its term is a stop word of a list, or stems to one."""
        found = np.zeros(len(self.codes) + 1, bool)
        for term in self.analyser.terms_of(sorted(stop_list(name))):
            found[self.codes.get(term, 0)] = True
        return found

    def save(self, folder: Path) -> None:
        """Write the terms into an existing folder."""
        write_table(folder / "terms.arrow", pa.table({"term": pa.array(self.codes, pa.string())}))


def read_corpus(
    corpus: Corpus, vocabulary: Vocabulary, progress: Progress
) -> Iterator[npt.NDArray[np.int32]]:
    """Cut every document into codes, learning the vocabulary."""
    done = 0
    for texts in corpus.batches(BATCH):
        progress.report(done, len(corpus))
        yield from map(vocabulary.learn, texts)
        done += len(texts)


@lru_cache(maxsize=4)
def open_vocabulary(folder: Path, analyser: Analyser) -> Vocabulary:
    """Open the terms in a folder; kept open in this process."""
    terms = open_table(folder / "terms.arrow")["term"].to_pylist()
    return Vocabulary(analyser, {term: code for code, term in enumerate(terms, 1)}, {})
