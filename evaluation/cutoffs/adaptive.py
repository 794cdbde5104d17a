"""Adaptive cut-off: each ranking ends where its scores say so."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.cutoffs.base import Cutoff
from evaluation.errors import InputError
from evaluation.evidence import Asked, Explained
from evaluation.run import Run
from evaluation.stage import param

SCORE, SHARE, GAP = "score", "share of the best", "largest gap"
RULES = (SCORE, SHARE, GAP)
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AdaptiveCutoff(Cutoff):
    """Keep the first documents of each query while they score at least theta, at most `depth`.

    `score` takes theta as it is, and may keep nothing; for the logits of a cross-encoder 0 is the
    even chance. `share of the best` takes it as a share of the query's best score, which suits
    scores of any size: 0.5 keeps what has half of the best. `largest gap` needs no theta: it ends
    before the deepest fall between two scores, the first of equal ones. Tune theta on queries of
    their own: the Tuning page does. (Mortaheb and others, 2025, select the context of a language
    model so.)
    """

    name: ClassVar[str] = "adaptive-cutoff"
    label: ClassVar[str] = "Adaptive cut-off"
    source: ClassVar[str] = "Mortaheb and others, 2025"

    rule: str = param(SHARE, "What decides where a ranking ends.", choices=RULES)
    theta: float = param(0.5, "Least score, or least share of the best; not used by the gap.")

    def __post_init__(self) -> None:
        """Check that theta is a number."""
        super().__post_init__()
        if not math.isfinite(self.theta):
            raise InputError(
                f"{self.label}: theta is {self.theta}. Give a finite number; one below every "
                "score keeps all documents."
            )

    def cut(self, run: Run, depth: int) -> Run:
        """Keep the beginning of each ranking, at most `depth` documents, in the same order."""
        top = run.top(depth)
        lengths = kept(top, self.rule, self.theta)
        if np.array_equal(lengths, top.lengths()):
            return top
        keep = top.ranks() <= np.repeat(lengths, top.lengths())
        hits = top.query_codes()[keep], top.documents[keep], top.scores[keep]
        failed = sorted(top.failed)
        return Run.ordered(top.query_ids, top.doc_ids, hits, failed).compact()

    def explain(self, asked: Asked) -> Explained:
        """Say after how many documents the ranking ends, and by which scores."""
        run = asked.inputs[0].only([asked.placed.query_id]).top(asked.depth)
        scores = [score for _, score in run.hits(asked.placed.query_id)]
        if not scores:
            return Explained(note="There was nothing to keep.")
        count = int(kept(run, self.rule, self.theta)[0])
        rows = [
            {"Rank": rank, "Score": scores[rank - 1], "Kept": "yes" if rank <= count else "no"}
            for rank in sorted({1, count - 1, count, count + 1, len(scores)})
            if 1 <= rank <= len(scores)
        ]
        least = float(_least(np.array(scores[:1]), self.theta)[0])
        why = {
            SCORE: f"those with a score of at least {self.theta:g}",
            SHARE: f"those with a score of at least {least:.4f}, {self.theta:g} of the best",
            GAP: "those before the largest gap between two scores",
        }[self.rule]
        return Explained("table", rows, note=f"Kept {count:,} of {len(scores):,}: {why}.")


def kept(run: Run, rule: str, theta: float) -> npt.NDArray[np.int64]:
    """Count how many documents of each query are kept: (queries,), never more for more theta.

    Args:
        run: at most as deep as may be kept.
        rule: one of RULES.
        theta: the least score, or the least share of the best; may be infinite.
    """
    scores, lengths = run.scores.astype(np.float64), run.lengths()
    if rule == GAP:
        parts = np.split(scores, run.offsets[1:-1])[: len(lengths)]
        return np.array([_before_gap(own) for own in parts], np.int64)
    best = scores[np.repeat(run.offsets[:-1], lengths)]
    least = np.full(len(scores), theta) if rule == SCORE else _least(best, theta)
    return np.bincount(run.query_codes()[scores >= least], minlength=len(lengths))


def _before_gap(scores: Values) -> int:
    """Count the scores before the deepest fall, the first of equally deep ones."""
    falls = scores[:-1] - scores[1:]
    return int(falls.argmax()) + 1 if len(falls) else len(scores)


def _least(best: Values, theta: float) -> Values:
    """Give the score that is a share of the best one; below a negative one it lies as far down."""
    return best - (1 - theta) * np.abs(best)
