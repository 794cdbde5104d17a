"""SEAL: corpus n-grams as identifiers, written by a sequence-to-sequence model."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, row_in
from evaluation.models.folders import model_revision
from evaluation.models.seq2seq import Ids, Seq2Seq, load_seq2seq
from evaluation.ngrams.evidence import table_of
from evaluation.ngrams.scoring import Ranking, matches_of, ranked
from evaluation.ngrams.suffix_array import SEPARATOR, SuffixArray, open_suffix_array
from evaluation.ngrams.weighing import WeighedNgrams
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import param

BATCH = 200  # documents between two reports
SHIFT = 1  # a model's ids begin with 0, which is the separator here


@dataclass(frozen=True)
class SEAL(Retriever):
    """N-grams of the corpus, written by a model (Bevilacqua et al., SEAL, NeurIPS 2022).

    The model may only write what the corpus holds; every beginning of what its beams wrote counts
    as an n-gram. Good results need a model trained to write passages for queries: a plain BART or
    T5 writes what is likely, not what is asked for.
    """

    name: ClassVar[str] = "seal"
    label: ClassVar[str] = "SEAL"
    source: ClassVar[str] = "Bevilacqua et al., NeurIPS 2022"
    facets: ClassVar[tuple[str, ...]] = ("generative",)
    needs: ClassVar[str] = "a model"

    model: str = param(
        "facebook/bart-large",
        "A sequence-to-sequence model: hub id or model folder, best one trained for this.",
    )
    beam: int = param(15, "N-grams written at once.", bounds=(1, 100), search_only=True)
    longest: int = param(10, "Tokens of the longest n-gram.", bounds=(1, 50), search_only=True)
    exponent: float = param(
        2.0, "How much heavier unlikely n-grams weigh (alpha).", bounds=(0, 10), search_only=True
    )
    coverage: float = param(
        0.8,
        "How much an n-gram loses whose tokens heavier ones hold already (beta).",
        bounds=(0, 1),
        search_only=True,
    )
    scored: int = param(
        500, "Documents of a query that are fully scored.", bounds=(1, 100_000), search_only=True
    )

    def revision(self) -> str:
        return model_revision(self.model)

    def index_structure(self) -> str:
        return "suffix array"

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        model = load_seq2seq(self.model, lambda: progress.report(0, len(corpus)))
        special = np.array(sorted(model.special))
        documents: list[npt.NDArray[np.int32]] = []
        for texts in corpus.batches(BATCH):
            progress.report(len(documents), len(corpus))
            for ids in model.tokens(texts)[0]:
                codes = np.array(ids, np.int64)
                codes = np.where(np.isin(codes, special), SEPARATOR, codes + SHIFT)
                documents.append(codes.astype(np.int32))
        SuffixArray.of(documents).save(folder)
        progress.report(len(corpus), len(corpus))

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        done = 0

        def tick() -> None:
            progress.report(done, len(queries), "queries")

        def weighed() -> Iterator[WeighedNgrams]:
            nonlocal done
            for done, text in enumerate(queries.texts):  # noqa: B007 - tick reports it
                yield self._ngrams(model, index, text, tick)

        model, index = load_seq2seq(self.model, tick), open_suffix_array(folder)
        ranking = Ranking(self.scored, self.coverage, depth, progress)
        return ranked(corpus, queries, index, weighed(), ranking)

    def _ngrams(
        self, model: Seq2Seq, index: SuffixArray, query: str, tick: Callable[[], None]
    ) -> WeighedNgrams:
        """Write and weigh the n-grams of a query."""

        @cache  # the beams ask for the same beginnings again and again
        def allowed(ids: Ids) -> list[int]:
            codes = [number + SHIFT for number in ids]
            low, high = index.intervals([codes])
            following, _ = index.continuations(int(low[0]), int(high[0]), len(codes))
            return list((following - SHIFT).tolist())

        if not query.strip():
            return WeighedNgrams.of(index, {}, self.exponent)
        written = model.write(query, allowed, self.beam, self.longest, tick)
        given = {tuple(i + SHIFT for i in ids): math.exp(p) for ids, p in written.items()}
        return WeighedNgrams.of(index, given, self.exponent)

    def explain(self, asked: Asked) -> Explained | None:
        if asked.folder is None:
            return None

        def tick() -> None:
            asked.progress.report(0, 1, "queries")

        model, index = load_seq2seq(self.model, tick), open_suffix_array(asked.folder)
        weighed = self._ngrams(model, index, asked.placed.query, tick)
        row, text = row_in(asked.corpus, asked.placed), asked.placed.text
        matches = matches_of(index, weighed, row, self.coverage)
        return table_of(weighed, matches, text, model.tokens([text])[1][0])
