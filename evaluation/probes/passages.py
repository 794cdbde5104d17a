"""The documents of a collection as words, for whoever makes queries from them."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus
from evaluation.ngrams.suffix_array import SuffixArray
from evaluation.ngrams.words import Vocabulary, read_corpus
from evaluation.progress import Progress
from evaluation.text import Analyser, suggest_tokens

SAMPLE = 100  # documents that are looked at for their script


@dataclass(frozen=True, eq=False)
class Passages:
    """A corpus, cut into words.

    Attributes:
        corpus: the documents.
        vocabulary: the code of each word, in lower case and not stemmed.
        codes: the words of each document.
    """

    corpus: Corpus
    vocabulary: Vocabulary
    codes: list[npt.NDArray[np.int32]]

    @classmethod
    def of(cls, corpus: Corpus, progress: Progress) -> "Passages":
        """Cut every document of a corpus."""
        tokens = suggest_tokens(corpus.texts(0, SAMPLE))
        vocabulary = Vocabulary.empty(Analyser(tokens, "none", "none"))
        codes = list(read_corpus(corpus, vocabulary, progress))
        progress.report(len(corpus), len(corpus))
        return cls(corpus, vocabulary, codes)

    def text(self, row: int) -> str:
        """Give the text of a document, title first."""
        return self.corpus.texts_of(np.array([row]))[0]

    def doc_id(self, row: int) -> str:
        """Give the id of a document."""
        return str(self.corpus.doc_ids[row].as_py())

    def places(self, text: str) -> list[tuple[int, int]]:
        """Give where each word stands in a text."""
        return self.vocabulary.analyser.places(text)

    @cached_property
    def index(self) -> SuffixArray:
        """Every n-gram of words, and the documents that hold it."""
        return SuffixArray.of(self.codes)

    @cached_property
    def frequencies(self) -> npt.NDArray[np.int64]:
        """In how many documents each word code stands."""
        found = np.zeros(len(self.vocabulary.codes) + 1, np.int64)
        for codes in self.codes:
            found[np.unique(codes)] += 1
        return found

    @cached_property
    def _copies(self) -> Counter[bytes]:
        return Counter(codes.tobytes() for codes in self.codes)

    def unlike_others(self, row: int) -> bool:
        """Whether no other document has the same words: else two would be right."""
        return self._copies[self.codes[row].tobytes()] == 1
