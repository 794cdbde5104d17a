"""A check as Markdown (for a pull request or a summary of a job) and as plain values."""

from math import isfinite
from typing import Any

from evaluation.escaping import in_markdown
from evaluation.gate.check import Check
from evaluation.gate.verdict import Outcome, Verdict

HEADS = {
    Outcome.PASSED: "✅ No worse than allowed",
    Outcome.WORSE: "❌ Worse than allowed",
    Outcome.OPEN: "❔ Inconclusive",
}


def summary(found: Check) -> str:
    """Write a check as Markdown; names, queries and texts are escaped."""
    before, after = found.means
    lines = [
        f"## {HEADS[found.outcome]}: {in_markdown(found.measure)}",
        "",
        f"{in_markdown(found.candidate)} against {in_markdown(found.baseline)}: "
        f"{_number(before)} → {_number(after)}. Allowed: {found.allow:+g}. "
        f"{_sentence(found)}",
        "",
        "| queries | count | failed | difference | interval | outcome | more needed |",
        "| --- | ---: | ---: | ---: | --- | --- | ---: |",
        *(_row(one) for one in (found.whole, *found.slices)),
        "",
        *(f"- {in_markdown(note, 600)}" for note in (*found.notes, _method(found))),
        "",
    ]
    return "\n".join(lines + _worst(found))


def plain(found: Check) -> dict[str, Any]:
    """Give a check as plain values for JSON; what is not known is None."""
    return {
        "outcome": found.outcome.value,
        "reason": _sentence(found),
        "measure": found.measure,
        "baseline": found.baseline,
        "candidate": found.candidate,
        "baseline mean": _known(found.means[0]),
        "candidate mean": _known(found.means[1]),
        "allow": found.allow,
        "queries": [_values(one) for one in (found.whole, *found.slices)],
        "worst": [
            {
                "query_id": loss.query_id,
                "before": _known(loss.before),
                "after": _known(loss.after),
                "text": loss.text,
            }
            for loss in found.worst
        ],
        "notes": [*found.notes, _method(found)],
    }


def _sentence(found: Check) -> str:
    worse = [one.scope for one in found.slices if one.outcome is Outcome.WORSE]
    if worse and found.whole.outcome is not Outcome.WORSE:
        return f"Worse in {len(worse)} of {len(found.slices)} slices."
    return found.whole.reason


def _method(found: Check) -> str:
    failed = ""
    if found.whole.failed:
        failed = (
            " A failed query is neither zero nor left out: the interval reaches from the worst to "
            "the best its value could be."
        )
    return (
        "Difference: candidate minus baseline, mean over all queries; paired bootstrap over "
        f"queries, 10,000 resamples, {found.whole.level:.0%} for all queries.{failed}"
    )


def _row(one: Verdict) -> str:
    cells = [
        in_markdown(one.scope, 80),
        f"{one.queries:,}",
        f"{one.failed:,}",
        _number(one.difference, "+.4f"),
        f"{_number(one.low, '+.4f')} to {_number(one.high, '+.4f')}",
        one.outcome.value,
        "" if one.more is None else f"{one.more:,}",
    ]
    return f"| {' | '.join(cells)} |"


def _worst(found: Check) -> list[str]:
    if not found.worst:
        return ["No query lost.", ""]
    lines = ["### Queries that lost most", "", "| query | before | after | text |"]
    lines.append("| --- | ---: | ---: | --- |")
    for loss in found.worst:
        after = _number(loss.after) if isfinite(loss.after) else "failed"
        before = _number(loss.before) if isfinite(loss.before) else "failed"
        text = in_markdown(loss.text, 120)
        lines.append(f"| {in_markdown(loss.query_id, 80)} | {before} | {after} | {text} |")
    return [*lines, ""]


def _values(one: Verdict) -> dict[str, Any]:
    return {
        "scope": one.scope,
        "count": one.queries,
        "failed": one.failed,
        "difference": _known(one.difference),
        "low": _known(one.low),
        "high": _known(one.high),
        "level": one.level,
        "outcome": one.outcome.value,
        "more": one.more,
        "reason": one.reason,
    }


def _number(value: float, form: str = ".4f") -> str:
    return format(value, form) if isfinite(value) else "unknown"


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
