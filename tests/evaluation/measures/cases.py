"""Random runs and judgements for the tests of measures, and pytrec_eval as an oracle for them."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytrec_eval

from evaluation.collections.collection import Qrels
from evaluation.run import Run

Grades = dict[str, dict[str, int]]
Scores = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Case:
    """Judgements and hits as nested dictionaries, and as we hold them."""

    grades: Grades
    scores: Scores

    @property
    def qrels(self) -> Qrels:
        return Qrels.of_dict(self.grades)

    @property
    def run(self) -> Run:
        return Run.from_lists({q: list(hits.items()) for q, hits in self.scores.items()})

    @property
    def query_ids(self) -> list[str]:
        return list(self.grades)


def random_case(chosen: random.Random, lowest: int = -2) -> Case:
    """Few or many documents, ties (some only in single precision), missing queries, odd grades."""
    documents = [f"d{n}" for n in range(chosen.choice([4, 30, 150]))]
    grades = [g for g in (-2, -1, 0, 0, 1, 1, 2, 3) if g >= lowest]
    if chosen.random() < 0.2:
        grades = [g for g in grades if g <= 0]
    values = [1.0, 1.000000001, 0.5, -3.0, chosen.random(), 2e30 * chosen.random(), 0.0, -0.0]
    judged = {
        f"q{n}": {
            d: chosen.choice(grades)
            for d in chosen.sample(documents, chosen.randint(1, len(documents) // 2))
        }
        for n in range(chosen.randint(1, 8))
    }
    hits = {
        f"q{n}": {
            d: chosen.choice([*values, chosen.random()])
            for d in chosen.sample(documents, chosen.randint(1, len(documents)))
        }
        for n in range(1, 9)
    }
    return Case(judged, hits)


def trec_eval(
    case: Case, measures: set[str], rel: int = 1, judged_only: bool = False
) -> dict[str, npt.NDArray[np.float64]]:
    """Values by pytrec_eval, aligned with the judged queries; 0 for those without hits.

    pytrec_eval 0.5.11 writes beyond its memory for queries with negative grades only; nothing is
    relevant to them, so they are left to the 0.
    """
    safe = {q: judged for q, judged in case.grades.items() if max(judged.values()) >= 0}
    known = pytrec_eval.RelevanceEvaluator(
        safe, measures, relevance_level=rel, judged_docs_only_flag=judged_only
    ).evaluate({q: hits for q, hits in case.scores.items() if q in safe})
    names = {f"{m.replace('.', '_')}" for m in measures}
    return {
        name: np.array([known.get(q, {}).get(name, 0.0) for q in case.query_ids]) for name in names
    }
