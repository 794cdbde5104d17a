"""The sections of the HTML report that show results: leaderboard, pairs, single queries."""

from evaluation.leaderboard import Standing, Verdict
from evaluation.reports.drawing import intervals
from evaluation.reports.facts import Report
from evaluation.reports.markup import (
    DASH,
    Html,
    chance,
    folded,
    join,
    number,
    section,
    span,
    table,
    tag,
    text,
)
from evaluation.store import SystemResult

BEST, WORST = 5, 5
ALL_PAIRS = 10  # systems; with more, single queries are shown against the baseline only
MATRIX = 30  # systems; a larger matrix cannot be read
CLASSES = {
    Verdict.BETTER: "mark better",
    Verdict.WORSE: "mark worse",
    Verdict.BLOCKED: "mark failed",
}


def leaderboard(report: Report) -> Html:
    """Show every system: how good, how sure, against the baseline, at what cost."""
    found = report.standings()
    head = [
        "System", report.measure, "95 %", "rank", "Δ baseline", "95 %", "p (Holm)", "verdict",
        "won / tied / lost",
    ]  # fmt: skip
    rows = [_row(report, row, found[row.number]) for row in report.rows]
    return section(
        f"Leaderboard by {report.measure}",
        intervals(report),
        table(head, rows),
        _without_results(report),
        tag("p", _reading(report), css="soft"),
        tag("h3", "All measures and costs"),
        _measures(report),
    )


def _measures(report: Report) -> Html:
    head = ["System", *report.measures, "p50 ms", "p95 ms", "index MB", "peak memory MB"]
    lines: list[list[object]] = []
    for row in report.rows:
        place, cost = report.numbers.index(row.number), row.figures
        sizes = [cost.get(name) for name in ("index_bytes", "peak_memory_bytes")]
        lines.append(
            [
                tag("td", row.name, css="name"),
                *(number(float(report.pairs[name].mean[place])) for name in report.measures),
                *(number(cost.get(f"latency_{name}_ms"), ".3g") for name in ("p50", "p95")),
                *(number(size / 1e6 if size else None, ",.1f") for size in sizes),
            ]
        )
    return table(head, lines)


def _row(report: Report, row: SystemResult, one: Standing) -> list[object]:
    name = tag("td", row.name, tag("span", row.system.line(), css="line"), css="name")
    band = [tag("span", "may be best", css="mark")] if one.in_band else []
    ranks = DASH if one.ranks is None else " to ".join(map(str, sorted(set(one.ranks))))
    alone = row.number == report.baseline
    return [
        name,
        number(one.mean),
        span(one.low, one.high, ".3f"),
        tag("td", ranks, " ", *band, css="n"),
        number(one.difference, "+.4f"),
        span(one.difference_low, one.difference_high, "+.3f"),
        chance(one.p_holm),
        tag("td", tag("span", one.verdict.value, css=CLASSES.get(one.verdict, "mark"))),
        DASH if alone else f"{one.wins:,} / {one.ties:,} / {one.losses:,}",
    ]


def _without_results(report: Report) -> Html:
    left = [row for row in report.results.systems if row.state != "done"]
    lines = [tag("p", tag("b", row.name), f": {row.error or 'not run yet'}") for row in left]
    failed = {n: one.failed for n, one in report.standings().items() if one.failed}
    for place, count in failed.items():
        line = (
            f": {count:,} queries failed, so there is no mean; they are neither zero nor left out."
        )
        lines.append(tag("p", tag("b", report.name_of[place]), line))
    return join(lines)


def _reading(report: Report) -> str:
    count, queries = len(report.numbers), len(report.results.query_ids)
    return (
        f"Means over all {queries:,} queries of the split. Intervals: paired bootstrap over "
        f"queries, 10,000 resamples, seed {report.results.experiment.seed}. p: paired "
        f"randomisation test, two-sided, {report.flips:,} sign patterns, after Holm's correction "
        f"over the {max(count - 1, 0)} comparisons with {report.name_of[report.baseline]}. Rank: "
        "the ranks that the queries leave open, 95 %. May be best: not separable from the highest "
        "mean at 5 % after Holm's correction over all pairs; that is not the same as equal."
    )


def pairs(report: Report) -> Html:
    """Show the differences of all pairs as a matrix; row minus column."""
    rows, found = report.rows, report.pairs[report.measure]
    if not 2 <= len(rows) <= MATRIX:
        line = f"A matrix of {len(rows)} systems is not shown; the exported tables hold all values."
        return section("All pairs", tag("p", line, css="soft"))
    p, places = found.p_values(), [report.numbers.index(row.number) for row in rows]
    lines: list[list[object]] = []
    for row, mine in zip(rows, places, strict=True):
        cells: list[object] = [tag("td", row.name, css="name")]
        for other in places:
            gain = float(found.difference[mine, other])
            cells.append(_matrix_cell(gain, float(p[mine, other])) if mine != other else "")
        lines.append(cells)
    head = ["row minus column", *(text(row.name, 24) for row in rows)]
    note = (
        "Difference of the means and p (paired randomisation test, Holm's correction over all "
        "pairs). Coloured where p is at most 0.05: blue where the row is better, orange where it "
        "is worse; the darker the larger."
    )
    return section("All pairs", table(head, lines, css="matrix"), tag("p", note, css="soft"))


def _matrix_cell(gain: float, p: float) -> Html:
    css = "n"
    if p <= 0.05 and gain == gain:
        depth = 1 + sum(abs(gain) >= edge for edge in (0.02, 0.05, 0.1))
        css = f"n {'w' if gain > 0 else 'l'}{depth}"
    return tag("td", number(gain, "+.3f"), tag("span", chance(p), css="line"), css=css)


def queries(report: Report) -> Html:
    """Show, per pair, the queries on which the two differ most, in both directions."""
    order = [row.number for row in report.rows]
    listed = [(a, b) for place, a in enumerate(order) for b in order[place + 1 :]]
    note = "Every pair; the better system by the mean first."
    if len(order) > ALL_PAIRS:
        listed = [(number_, report.baseline) for number_ in order if number_ != report.baseline]
        note = "Every system against the baseline; the exported tables hold every query."
    blocks = [_pair(report, first, second) for first, second in listed]
    return section("Best and worst queries", tag("p", note, css="soft"), *blocks)


def _pair(report: Report, first: int, second: int) -> Html:
    gains, names = report.gains(second, first), report.name_of
    mean = number(gains.mean, "+.4f")
    counts = f"{gains.wins:,} won, {gains.ties:,} tied, {gains.losses:,} lost"
    failed = f", {gains.failed:,} failed" if gains.failed else ""
    title = tag("span", f"{names[first]} minus {names[second]}: {mean} ({counts}{failed})")
    best = [row for row in gains.order[:BEST].tolist() if gains.values[row] > 0]
    worst = [row for row in gains.order[::-1][:WORST].tolist() if gains.values[row] < 0]
    return folded(title, _query_table(report, (first, second), [*best, *worst[::-1]]))


def _query_table(report: Report, systems: tuple[int, int], rows: list[int]) -> Html:
    if not rows:
        return tag("p", "No query on which they differ.", css="soft")
    texts, ids = report.texts, report.results.query_ids
    table_ = report.values[report.measure]
    first, second = (table_[:, report.numbers.index(system)] for system in systems)
    head = ["query", "first", "second", "difference", "text"]
    lines = [
        [
            tag("td", text(ids[row], 80)),
            number(float(first[row])),
            number(float(second[row])),
            number(float(first[row] - second[row]), "+.4f"),
            tag("td", text(texts[row], 300), css="text"),
        ]
        for row in rows
    ]
    return table(head, lines)
