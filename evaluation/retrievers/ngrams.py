"""Corpus n-grams as identifiers, written by a model of the feedback texts: no training needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, row_in
from evaluation.ngrams.evidence import table_of
from evaluation.ngrams.feedback_model import FeedbackModel, generate
from evaluation.ngrams.scoring import Ranking, matches_of, ranked
from evaluation.ngrams.suffix_array import SuffixArray, open_suffix_array
from evaluation.ngrams.weighing import WeighedNgrams
from evaluation.ngrams.words import Vocabulary, open_vocabulary, read_corpus
from evaluation.progress import Progress
from evaluation.retrievers.base import BASE, Retriever
from evaluation.retrievers.bm25 import BM25
from evaluation.run import Run
from evaluation.stage import param
from evaluation.text import STEMMERS, STOP_WORDS, TOKENS, Analyser


@dataclass(frozen=True)
class NGrams(Retriever):
    """N-grams of the corpus name its documents (Bevilacqua et al., SEAL, NeurIPS 2022).

    Weights and scores are as published. The n-grams are not written by a trained generator but,
    as a training-free stand-in, by a trigram model over the query and the texts that BM25 finds
    for it, held to n-grams that the corpus contains.
    """

    name: ClassVar[str] = "ngrams"
    label: ClassVar[str] = "Corpus n-grams (feedback model)"
    source: ClassVar[str] = "Bevilacqua et al., NeurIPS 2022; Abdul-Jaleel et al., TREC 2004"
    facets: ClassVar[tuple[str, ...]] = ("generative",)

    beam: int = param(15, "N-grams kept at each length.", bounds=(1, 1000), search_only=True)
    longest: int = param(10, "Words of the longest n-gram.", bounds=(1, 50), search_only=True)
    exponent: float = param(
        2.0, "How much heavier unlikely n-grams weigh (alpha).", bounds=(0, 10), search_only=True
    )
    coverage: float = param(
        0.8,
        "How much an n-gram loses whose words heavier ones hold already (beta).",
        bounds=(0, 1),
        search_only=True,
    )
    scored: int = param(
        500, "Documents of a query that are fully scored.", bounds=(1, 100_000), search_only=True
    )
    feedback_documents: int = param(
        10, "BM25 hits that the n-grams come from.", bounds=(0, 1000), search_only=True
    )
    query_weight: float = param(
        0.5, "Share of the query itself in the model.", bounds=(0, 1), search_only=True
    )
    tokens: str = param("words", "What is indexed (see BM25).", choices=TOKENS)
    stemmer: str = param("english", "Language of the Snowball stemmer.", choices=STEMMERS)
    stop_words: str = param("english", "Words no n-gram begins with.", choices=tuple(STOP_WORDS))

    def index_structure(self) -> str:
        return "suffix array"

    def built_from(self) -> BM25:
        return BM25(tokens=self.tokens, stemmer=self.stemmer, stop_words=self.stop_words)

    def _analyser(self) -> Analyser:
        return Analyser(self.tokens, self.stemmer, "none")

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        vocabulary = Vocabulary.empty(self._analyser())
        SuffixArray.of(read_corpus(corpus, vocabulary, progress)).save(folder)
        vocabulary.save(folder)
        progress.report(len(corpus), len(corpus))

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        first = self._first(corpus, queries, folder, progress)
        asked = zip(queries.ids, queries.texts, strict=True)
        weighed = (self.ngrams_for(folder, corpus, text, first.hits(q)) for q, text in asked)
        ranking = Ranking(self.scored, self.coverage, depth, progress)
        return ranked(corpus, queries, open_suffix_array(folder), weighed, ranking)

    def _first(self, corpus: Corpus, queries: Queries, folder: Path, progress: Progress) -> Run:
        if not self.feedback_documents:
            return Run.from_lists({query_id: [] for query_id in queries.ids})
        progress.report(0, len(queries), "queries")
        below, silent = self.built_from(), _Stoppable(progress, len(queries))
        return below.search(corpus, queries, folder / BASE, self.feedback_documents, silent)

    def ngrams_for(
        self, folder: Path, corpus: Corpus, query: str, first: Sequence[tuple[str, float]]
    ) -> WeighedNgrams:
        """Write and weigh the n-grams of a query, given the hits of a first search for it."""
        index, vocabulary = open_suffix_array(folder), open_vocabulary(folder, self._analyser())
        rows = corpus.find([doc_id for doc_id, _ in first])
        bounds = ((index.starts[row], index.starts[row + 1] - 1) for row in rows.tolist())
        texts = [vocabulary.read(query), *(index.tokens[start:end] for start, end in bounds)]
        total = sum(score for _, score in first)
        own = self.query_weight if first else 1.0
        weights = [own, *((1 - own) * score / total for _, score in first)]
        model = FeedbackModel(texts, weights, vocabulary.stops(self.stop_words))
        written = generate(index, model, self.beam, self.longest)
        return WeighedNgrams.of(index, written, self.exponent)

    def explain(self, asked: Asked) -> Explained | None:
        if asked.folder is None:
            return None
        first = self._first(asked.corpus, asked.queries, asked.folder, asked.progress)
        hits, text = first.hits(asked.placed.query_id), asked.placed.text
        weighed = self.ngrams_for(asked.folder, asked.corpus, asked.placed.query, hits)
        index, row = open_suffix_array(asked.folder), row_in(asked.corpus, asked.placed)
        matches = matches_of(index, weighed, row, self.coverage)
        return table_of(weighed, matches, text, self._analyser().places(text))


class _Stoppable:
    """Passes on that work goes on, so that it can be stopped, but not how far it is."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total = progress, total

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        del done, total, unit
        self.progress.report(0, self.total, "queries")
