"""The measures that ir_measures' other providers compute for us, seeing our order of hits."""

from collections.abc import Sequence
from typing import Any

import ir_measures
import numpy as np

from evaluation.collections.collection import Qrels
from evaluation.errors import EvaluationError
from evaluation.measures.judgements import Judgements, Values, judgements_of
from evaluation.measures.provider import RANKLAB
from evaluation.run import Run

# asked in this order; ranx is left out: it compiles for half a minute and has its own tie rule;
# so is gdeval: it rounds every query to five digits
NAMES = ("pytrec_eval", "cwl_eval", "compat", "pyndeval", "judged", "accuracy")
PROVIDERS = [ir_measures.providers.registry[name] for name in NAMES]
EXAMPLES = {"rel": "rel=1", "cutoff": "a cut-off such as @10"}
FAULTS = (ValueError, KeyError, TypeError, ArithmeticError, AssertionError, OSError, RuntimeError)


def why_not_computable(measure: Any) -> str:
    """Say why no provider here computes a measure; empty if one does."""
    able = [provider for provider in (RANKLAB, *PROVIDERS) if provider.supports(measure)]
    if any(provider.is_available() for provider in able):
        return ""
    if able:
        return f"its calculator is missing. {_how_to_get(able)}"
    found = [_misfit(measure, provider, form) for provider, form in _forms(measure)]
    return min(found, default=(0, "no calculator knows it. Use another measure."))[1]


def _how_to_get(providers: Sequence[Any]) -> str:
    hints = [str(each.install_instructions() or f"install {each.NAME}") for each in providers]
    return f"To get it: {' or '.join(hints)}."


def _forms(measure: Any) -> list[tuple[Any, Any]]:
    """Give the forms of a measure that calculators take, each with its calculator."""
    return [
        (provider, form)
        for provider in (RANKLAB, *PROVIDERS)
        for form in provider.SUPPORTED_MEASURES
        if form.NAME == measure.NAME
    ]


def _misfit(measure: Any, provider: Any, form: Any) -> tuple[int, str]:
    """Count the parameters that keep a calculator from a measure, and say what to change."""
    wrong = [name for name, spec in form.params.items() if not spec.validate(measure[name])]
    lacking = [EXAMPLES.get(name, f"{name}=..") for name in wrong if name not in measure.params]
    dropped = [
        "the cut-off" if name == "cutoff" else name for name in wrong if name in measure.params
    ]
    steps = [f"add {' and '.join(lacking)}"] if lacking else []
    steps += [f"leave out {' and '.join(dropped)}"] if dropped else []
    advice = f"no calculator takes these parameters together. Please {', and '.join(steps)}."
    if not provider.is_available():
        advice += f" Its calculator is missing as well. {_how_to_get([provider])}"
    return len(wrong), advice


def compute_others(measures: Sequence[Any], run: Run, qrels: Qrels) -> dict[Any, Values]:
    """Compute measures by the other providers: a value per judged query, in their order.

    They get numbers for ids (some cannot read ids with blanks or letters) and, as scores, places
    counted from the end (1 for the last), so that every measure sees our order of the hits and
    no score is below the 0 that some of them take for "not retrieved".

    Raises:
        EvaluationError: a provider could not compute a measure on this data.
    """
    judgements = judgements_of(qrels)
    run_numbers, qrels_numbers = _numbered(run, qrels, judgements)
    columns = {}
    for measure in measures:
        values = np.full(len(judgements.query_ids), float(measure.DEFAULT))
        provider = next(p for p in PROVIDERS if p.supports(measure) and p.is_available())
        try:
            for metric in provider.iter_calc([measure], qrels_numbers, run_numbers):
                values[int(metric.query_id)] = metric.value
        except FAULTS as error:
            raise EvaluationError(
                f"{measure} could not be computed on these judgements by {provider.NAME} "
                f"({type(error).__name__}: {str(error)[:200]}). Leave the measure out."
            ) from error
        columns[measure] = values
    return columns


def _numbered(
    run: Run, qrels: Qrels, judgements: Judgements
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, int]]]:
    """Give run and judgements as nested dictionaries with numbers for ids.

    Queries with negative grades only are left out: nothing is relevant to them, and pytrec_eval
    0.5.11 writes beyond its memory for such a query.
    """
    hits: dict[str, dict[str, float]] = {}
    grades: dict[str, dict[str, int]] = {}
    for query_id, code in judgements.codes.items():
        numbers: dict[str, str] = {}
        judged = qrels.by_query[query_id]
        if max(judged.values()) < 0:
            continue
        grades[str(code)] = {_number(d, numbers): grade for d, grade in judged.items()}
        found = run.hits(query_id)
        if found:
            hits[str(code)] = {
                _number(d, numbers): float(len(found) - place) for place, (d, _) in enumerate(found)
            }
    return hits, grades


def _number(doc_id: str, numbers: dict[str, str]) -> str:
    return numbers.setdefault(doc_id, f"d{len(numbers)}")
