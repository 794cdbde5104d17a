"""Our calculator of the common measures, as a provider for whoever uses ir_measures.

`RankLabProvider().iter_calc([nDCG @ 10], qrels, run)` takes qrels and runs in any shape that
ir_measures knows. It differs from ir_measures' default in one point: every measure sees one
order (score in single precision, descending, then document id, descending, as in trec_eval),
where the default hands RR@10 and Judged@10 to calculators that break ties the other way round.
"""

# ir_measures is typed in parts only
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterable, Iterator
from typing import Any

import ir_measures
import pyarrow as pa
from ir_measures import providers
from ir_measures.providers.base import Any as Anything
from ir_measures.providers.base import Choices
from ir_measures.util import Metric, QrelsConverter, RunConverter

from evaluation.collections.collection import Qrels
from evaluation.measures.formulas import FORMULAS, Settings
from evaluation.measures.judgements import JudgedHits, Judgements, Values, judgements_of
from evaluation.run import Run

ANY_RANKS = {name: Anything() for name in ("cutoff", "rel", "judged_only")}
ANY_GAINS = {"dcg": Choices("log2", "exp-log2"), "gains": Anything()}


class RankLabProvider(providers.Provider):
    """nDCG, AP, RR, P, R, Success, Judged and ERR, at any cut-off and relevance threshold."""

    NAME = "ranklab"

    def __init__(self) -> None:
        super().__init__()
        self.SUPPORTED_MEASURES = [
            ir_measures.nDCG(cutoff=Anything(), judged_only=Anything(), **ANY_GAINS),
            ir_measures.AP(**ANY_RANKS),
            ir_measures.RR(**ANY_RANKS),
            ir_measures.P(**ANY_RANKS),
            ir_measures.R(**ANY_RANKS),
            ir_measures.Success(**ANY_RANKS),
            ir_measures.Judged(cutoff=Anything()),
            ir_measures.ERR(cutoff=Anything()),
        ]

    def supports(self, measure: Any) -> bool:
        """Say whether this provider computes a measure with its parameters."""
        positive = all(measure.params.get(name, 1) >= 1 for name in ("cutoff", "rel"))
        return positive and bool(super().supports(measure))

    def _evaluator(self, measures: Iterable[Any], qrels: Any) -> "RankLabEvaluator":
        grades = QrelsConverter(qrels).as_dict_of_dict()
        return RankLabEvaluator(list(measures), judgements_of(Qrels.of_dict(grades)))


class RankLabEvaluator(providers.Evaluator):
    """Scores runs against judgements that were prepared once."""

    def __init__(self, measures: list[Any], judgements: Judgements) -> None:
        super().__init__(measures, judgements.query_ids)
        self.judgements = judgements

    def _iter_calc(self, run: Any) -> Iterator[Any]:
        ordered = run_of(run)
        hits = self.judgements.hits(ordered)
        for measure in self.measures:
            values = compute(measure, hits, self.judgements)
            for query_id in ordered.query_ids:
                code = self.judgements.codes.get(query_id)
                if code is not None:
                    yield Metric(query_id=query_id, measure=measure, value=float(values[code]))


def compute(measure: Any, hits: JudgedHits, judgements: Judgements) -> Values:
    """Compute a measure the provider supports: a value per judged query."""
    settings = settings_of(measure)
    if settings.judged_only:
        hits = hits.judged_only()
    return FORMULAS[measure.NAME](hits, judgements, settings)


def settings_of(measure: Any) -> Settings:
    """Read the parameters of an ir-measures measure."""
    given = measure.params
    return Settings(
        cutoff=given.get("cutoff"),
        rel=given.get("rel", 1),
        judged_only=given.get("judged_only", False),
        exponential=given.get("dcg") == "exp-log2",
        gains=tuple(sorted(given.get("gains", {}).items())),
    )


def run_of(hits: Any) -> Run:
    """Make a run from any shape that ir_measures takes; of a repeated document the best stays."""
    if hasattr(hits, "itertuples"):
        columns: Any = [hits[name] for name in ("query_id", "doc_id", "score")]
    else:
        rows = [tuple(row)[:3] for row in RunConverter(hits).as_namedtuple_iter()]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
    queries, documents = (
        pa.array(list(column), pa.string()).dictionary_encode() for column in columns[:2]
    )
    scores = pa.array(list(columns[2]), pa.float64()).to_numpy()
    codes = queries.indices.to_numpy(), documents.indices.to_numpy(), scores
    return Run.from_hits(queries.dictionary.to_pylist(), documents.dictionary, codes)


RANKLAB = providers.register(RankLabProvider())
