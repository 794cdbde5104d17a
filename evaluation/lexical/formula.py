"""BM25's weight of a term in a document, in five variants, for all pairs of an index at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.lexical.lists import Lists
from evaluation.progress import SILENT, Progress

VARIANTS = ("lucene", "robertson", "atire", "bm25l", "bm25+")
BLOCK = 1 << 22  # pairs weighed together

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Formula:
    """BM25 (Robertson et al., TREC-3, 1994) in the variants of Kamphuis et al., ECIR 2020.

    The formulas are those of bm25s (Lù, arXiv 2407.03618), applied to all pairs at once: in single
    precision, with the weights of bm25l and bm25+ above those of an absent term. They have private
    names there, as no public one weighs terms that are counted already; the version is pinned, and
    a test compares with an index that the library makes of texts.
    """

    variant: str = "lucene"
    k1: float = 0.9
    b: float = 0.4
    delta: float = 0.5

    def weigh(
        self,
        by_term: Lists,
        lengths: npt.NDArray[Any],
        held: npt.NDArray[np.integer] | None = None,
        progress: Progress = SILENT,
    ) -> tuple[Weights, Weights]:
        """Weigh every pair of a term and a document that holds it.

        Args:
            by_term: per term its documents, and how often it counts in each (whole or not).
            lengths: (documents,) how much a document holds.
            held: (terms,) in how many documents each term counts as held; None counts the pairs.
            progress: hears of the work.

        Returns:
            the weight of each pair in order of `by_term`, and that of each term in a document
            without it (not zero in bm25l and bm25+ only).
        """
        documents = len(lengths)
        pairs = by_term.lengths()
        rarity = self._rarities(pairs if held is None else held, documents)
        average = np.asarray(lengths).mean() if documents else 1.0
        absent = (rarity * self._absent()).astype(np.float32)
        of_pair = np.repeat(rarity.astype(np.float32), pairs)
        less = np.repeat(absent, pairs)
        weights = np.empty(len(of_pair), np.float32)
        for start in range(0, len(weights), BLOCK):
            progress.report(0, documents)
            part = slice(start, start + BLOCK)
            times = by_term.values[part].astype(np.float32)
            held_by = np.asarray(lengths)[by_term.codes[part]]
            scores = of_pair[part] * self._saturation(times, held_by, average)
            weights[part] = scores - less[part]
        return weights, absent

    def _rarities(self, held: npt.NDArray[Any], documents: int) -> npt.NDArray[np.float64]:
        """Give the inverse document frequency of each term; 0 where no document holds it."""
        from bm25s.scoring import _select_idf_scorer

        rarity = _select_idf_scorer(self.variant)
        distinct, places = np.unique(held, return_inverse=True)
        values = [rarity(df, documents) if df else 0.0 for df in distinct.tolist()]
        return np.array(values, np.float64)[places]

    def _absent(self) -> float:
        """Give what no occurrence at all comes to."""
        if self.variant not in ("bm25l", "bm25+") or not self.k1 + self.delta:
            return 0.0
        return float(self._saturation(0, 1.0, 1.0))

    def _saturation(self, times: Any, length: Any, average: Any) -> Any:
        """Give what repeats of a term come to in a document of some length."""
        from bm25s.scoring import _select_tfc_scorer

        saturation = _select_tfc_scorer(self.variant)
        return saturation(times, length, average, self.k1, self.b, self.delta)
