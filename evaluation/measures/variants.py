"""The same measure with another cut-off, relevance threshold or form of gain."""

from dataclasses import replace

from evaluation.measures.formulas import Settings
from evaluation.measures.xray import measure_settings


def variant(
    measure: str,
    *,
    cutoff: int | None = None,
    threshold: int | None = None,
    exponential: bool | None = None,
) -> str:
    """Give the ir-measures expression of a measure with some of its parameters changed.

    What is None stays as it is. nDCG has no threshold of its own, so it gets one by its gains:
    grades below it are worth nothing.

    Args:
        measure: nDCG, AP, RR, P or R with any of their parameters.
        cutoff: only that many hits count; 0 looks at the whole ranking (P keeps its cut-off).
        threshold: the lowest grade that counts as relevant, from 1 on.
        exponential: whether nDCG's gain is `2 ** grade - 1`.

    Raises:
        InputError: no measure, or one that `xray` does not know.
    """
    name, settings = measure_settings(measure)
    if cutoff is not None and (cutoff or name != "P"):
        settings = replace(settings, cutoff=cutoff or None)
    if threshold is not None:
        settings = _with_threshold(name, settings, threshold)
    if exponential is not None and name == "nDCG":
        settings = replace(settings, exponential=exponential)
    return _expression(name, settings)


def threshold_of(measure: str) -> int:
    """Give the lowest grade that counts as relevant; for nDCG, the lowest one with a gain."""
    name, settings = measure_settings(measure)
    if name != "nDCG":
        return settings.rel
    gains, grade = dict(settings.gains), 1
    while gains.get(grade) == 0:
        grade += 1
    return grade


def _with_threshold(name: str, settings: Settings, threshold: int) -> Settings:
    if name != "nDCG":
        return replace(settings, rel=threshold)
    given = {grade: gain for grade, gain in settings.gains if gain != 0 or grade < 1}
    nothing = dict.fromkeys(range(1, threshold), 0)
    return replace(settings, gains=tuple(sorted((given | nothing).items())))


def _expression(name: str, settings: Settings) -> str:
    parts = []
    if settings.rel > 1:
        parts.append(f"rel={settings.rel}")
    if settings.judged_only:
        parts.append("judged_only=True")
    if settings.exponential:
        parts.append("dcg='exp-log2'")
    if settings.gains:
        pairs = ", ".join(f"{grade}: {gain}" for grade, gain in settings.gains)
        parts.append(f"gains={{{pairs}}}")
    inside = f"({', '.join(parts)})" if parts else ""
    return f"{name}{inside}" + (f"@{settings.cutoff}" if settings.cutoff else "")
