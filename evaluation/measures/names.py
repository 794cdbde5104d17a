"""Names of measures: reading ir-measures expressions, and saying what is wrong with them."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from evaluation.errors import InputError

COMMON = ("nDCG@10", "RR@10", "AP", "R@100", "P@10", "Success@5", "nDCG@100", "Judged@10")
"""What the picker offers; any other ir-measures expression can be typed."""

BOUNDED = frozenset(
    ("nDCG", "AP", "RR", "P", "R", "Success", "Judged", "Rprec", "Bpref", "infAP", "IPrec", "RBP",
     "SetP", "SetR", "SetF", "SetAP", "ERR")
)  # fmt: skip
"""Measures all of whose values lie between 0 and 1."""

LONGEST = 200
MOST = 1_000_000  # of a cut-off or a grade; no run is deeper
ALLOWED = re.compile(r"[\w@().,='\"{}: +-]+")
EXAMPLE = "Write it like nDCG@10 or AP(rel=2)@100."

MEANINGS: Mapping[str, str] = {
    "nDCG": "how good {place} are: graded documents near the top count most, "
    "set against the best order there could be",
    "AP": "precision at the rank of each relevant document{within}, averaged over all of them",
    "RR": "1 / rank of the first relevant document{within}",
    "P": "share of {place} that is relevant; one that is missing counts as not relevant",
    "R": "share of the relevant documents that is found{within}",
    "Success": "1 if a relevant document is found{within}, else 0",
    "Judged": "share of {place} (of those there are) that anybody judged; low means that the other "
    "values are unsure",
    "ERR": "1 / rank of the hit where a reader is satisfied, as expected{within} from the grades",
}


def canonical(measure: str) -> str:
    """Give the name ir-measures prints for an expression: `MAP` is `AP`, blanks are dropped.

    Raises:
        InputError: the expression is no measure.
    """
    return str(parse(measure))


def meaning(measure: str) -> str:
    """Say in one plain line what a measure tells.

    Raises:
        InputError: the expression is no measure.
    """
    parsed = parse(measure)
    if parsed.NAME not in MEANINGS:
        return f"{parsed}: {parsed.SHORT_DESC or 'see the documentation of ir-measures'}"
    cutoff = parsed.params.get("cutoff")
    place = f"the first {cutoff} hits" if cutoff else "all hits"
    within = f" within the first {cutoff} hits" if cutoff else ""
    line = MEANINGS[parsed.NAME].format(place=place, within=within)
    rel = parsed.params.get("rel", 1)
    grade = f"; relevant means grade {rel} or more" if rel > 1 else ""
    return f"{parsed}: {line}{grade}."


def is_bounded(measure: str) -> bool:
    """Say whether every value of a measure is known to lie between 0 and 1.

    Raises:
        InputError: the expression is no measure.
    """
    return parse(measure).NAME in BOUNDED


def measure_problems(measures: Sequence[str]) -> list[str]:
    """List what is wrong with measure expressions, each fault as a sentence; empty if none."""
    found = []
    for measure in measures:
        try:
            parse(measure)
        except InputError as error:
            found.append(str(error))
    return found


@lru_cache(maxsize=512)
def parse(measure: str) -> Any:
    """Read an ir-measures expression; gives an `ir_measures.Measure` that can be computed here.

    Raises:
        InputError: unknown name, bad syntax, unknown or impossible parameter, or a measure that
            needs a package which is not installed.
    """
    from evaluation.measures.others import why_not_computable

    if len(measure) > LONGEST or not ALLOWED.fullmatch(measure):
        shown = measure if len(measure) <= LONGEST else f"{measure[:50]}..."
        raise InputError(f"{shown!r} is not a measure. {EXAMPLE}")
    parsed = _parsed(measure)
    _check_parameters(measure, parsed)
    reason = why_not_computable(parsed)
    if reason:
        raise InputError(f"The measure {measure!r} cannot be computed here: {reason}")
    return parsed


def _parsed(measure: str) -> Any:
    import ir_measures

    try:
        return ir_measures.parse_measure(measure.strip())
    except NameError:
        name = re.split(r"[@(]", measure)[0].strip()
        raise InputError(f"There is no measure called {name!r}. {_nearest(name)}") from None
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError):
        raise InputError(f"{measure!r} is not a measure. {EXAMPLE}") from None


def _nearest(name: str) -> str:
    """Offer the measure that is spelt most like `name` (or `ndcg_cut_10`, as trec_eval has it)."""
    from ir_measures.measures import registry

    known = {alias.lower(): measure.NAME for alias, measure in registry.items()}
    start = re.match(r"[a-z]*", name.lower())
    tries = (name.lower(), start.group() if start else "")
    near = [match for text in tries for match in get_close_matches(text, known, 1, 0.6)]
    return f"Did you mean {known[near[0]]!r}?" if near else EXAMPLE


def _check_parameters(measure: str, parsed: Any) -> None:
    """Refuse unknown parameters and values that no measure can take."""
    known = parsed.SUPPORTED_PARAMS
    for name, value in parsed.params.items():
        if name not in known:
            offered = ", ".join(known) or "none"
            raise InputError(
                f"{measure!r} gives the parameter {name!r}, which {parsed.NAME} does not have. "
                f"It has: {offered}."
            )
        if name in ("cutoff", "rel") and (isinstance(value, bool) or not _positive(value)):
            what = "cut-off" if name == "cutoff" else "relevance threshold"
            raise InputError(
                f"{measure!r} has the {what} {value!r}. Give a whole number from 1 to {MOST:,}."
            )
        if name == "gains" and not _grades_to_gains(value):
            raise InputError(f"{measure!r} has unusable gains. Write them like gains={{1:1, 2:5}}.")
        if not known[name].validate(value):
            raise InputError(
                f"{measure!r} gives {name} the value {value!r}. {_choice(known[name])}"
            )
    missing = [name for name, spec in known.items() if spec.required and name not in parsed.params]
    if missing:
        example = (
            f"{parsed.NAME}@10" if missing == ["cutoff"] else f"{parsed.NAME}({missing[0]}=..)"
        )
        raise InputError(f"{measure!r} lacks its {missing[0]}. Write it like {example}.")


def _positive(value: object) -> bool:
    return isinstance(value, int) and 1 <= value <= MOST


def _grades_to_gains(value: object) -> bool:
    numbers = [*value.keys(), *value.values()] if isinstance(value, dict) else [None]
    return bool(numbers) and all(isinstance(n, int) and abs(n) < MOST for n in numbers)


def _choice(spec: Any) -> str:
    choices = spec.choices if isinstance(spec.choices, list | tuple) else []
    if choices:
        return f"Choose one of: {', '.join(map(repr, choices))}."
    return f"Give a value of type {getattr(spec.dtype, '__name__', 'number')}."
