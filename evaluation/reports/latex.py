r"""A leaderboard as a LaTeX table (booktabs), with marks that its caption explains.

All text of others is escaped. The table needs `\usepackage{booktabs}` and nothing else.
"""

import math
from collections.abc import Sequence

from evaluation.escaping import in_latex
from evaluation.leaderboard import LEVEL, Verdict
from evaluation.reports.facts import Report
from evaluation.workspace import slug

MARKS = {Verdict.BETTER: r"$^{\ast}$", Verdict.WORSE: r"$^{\dagger}$"}


def latex_table(report: Report, against: str = "baseline", digits: int = 4) -> str:
    """Write the means of all measures as a table, best system first, the best mean in bold.

    Args:
        report: the experiment.
        against: "baseline" marks what is significantly better or worse than it; "all" gives each
            system a letter and marks a mean with the letters of those it is significantly above.
        digits: after the point; rounding is the last step.
    """
    rows = report.rows
    letters = {row.number: _letter(place) for place, row in enumerate(rows)}
    head = " & ".join(["System", *map(in_latex, report.measures)])
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_caption(report, against)}}}",
        rf"\label{{tab:{slug(report.results.experiment.name)}}}",
        rf"\begin{{tabular}}{{l{'l' * len(report.measures)}}}",
        r"\toprule",
        rf"{head} \\",
        r"\midrule",
    ]
    columns = [_column(report, name, against, letters, digits) for name in report.measures]
    for row in rows:
        name = in_latex(row.name)
        first = rf"$^{{{letters[row.number]}}}$ {name}" if against == "all" else name
        lines.append(" & ".join([first, *(cells[row.number] for cells in columns)]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}", ""])


def _column(
    report: Report, measure: str, against: str, letters: dict[int, str], digits: int
) -> dict[int, str]:
    """Give the cell of every system, by its number."""
    means = dict(zip(report.numbers, report.pairs[measure].mean.tolist(), strict=True))
    best = max((mean for mean in means.values() if mean == mean), default=math.nan)
    marks = _letters(report, measure, letters) if against == "all" else _marks(report, measure)
    return {number: _cell(mean, best, digits) + marks[number] for number, mean in means.items()}


def _cell(mean: float, best: float, digits: int) -> str:
    if mean != mean:
        return "--"
    text = f"{mean:.{digits}f}"
    return rf"\textbf{{{text}}}" if mean == best else text


def _marks(report: Report, measure: str) -> dict[int, str]:
    found = report.standings(measure)
    return {number: MARKS.get(one.verdict, "") for number, one in found.items()}


def _letters(report: Report, measure: str, letters: dict[int, str]) -> dict[int, str]:
    """Mark each system with the letters of those it is significantly above."""
    pairs, numbers = report.pairs[measure], report.numbers
    p = pairs.p_values("randomisation", "holm")
    found = {}
    for place, number in enumerate(numbers):
        above = (p[place] <= LEVEL) & (pairs.difference[place] > 0)
        beaten = sorted(
            (letters[numbers[other]] for other in above.nonzero()[0].tolist()), key=_order
        )
        found[number] = f"$^{{{''.join(beaten)}}}$" if beaten else ""
    return found


def _caption(report: Report, against: str) -> str:
    results, count = report.results, len(report.numbers)
    split = results.experiment.split
    where = f"{in_latex(report.collection.name)}, split {in_latex(split)}"
    measures = _listed([in_latex(name) for name in report.measures])
    test = f"paired randomisation test, two-sided, {report.flips:,} sign patterns"
    if against == "all":
        meaning = "Letters: significantly above the systems with these letters"
        over = f"all {count * (count - 1) // 2} pairs of systems"
    else:
        base = in_latex(report.name_of[report.baseline])
        meaning = rf"$^{{\ast}}$ and $^{{\dagger}}$: significantly above and below {base}"
        over = f"the {count - 1} comparisons"
    level = f"$p \\leq {LEVEL:g}$ after Holm's correction over {over}, per measure"
    lines = [
        f"Mean {measures} over {len(results.query_ids):,} queries ({where}).",
        f"{meaning} ({test}, {level}). Bold: the highest mean.",
        "Ties in a ranking: by document id, descending, as in trec{\\_}eval.",
    ]
    if any(pairs.failed.any() for pairs in report.pairs.values()):
        lines.append("--: no mean, because a query failed; it is neither zero nor left out.")
    return " ".join(lines)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _letter(place: int) -> str:
    """Name places a to z, then a with one prime, and so on, so that marks stay one sign each."""
    primes = "'" * (place // 26)
    return "{" + chr(ord("a") + place % 26) + primes + "}" if primes else chr(ord("a") + place)


def _order(letter: str) -> tuple[int, str]:
    return len(letter), letter
