"""Means with their intervals as a drawing that needs no script: SVG."""

from evaluation.reports.facts import Report
from evaluation.reports.markup import Html, number, text

WIDTH, LEFT, RIGHT, ROW, TOP = 900, 300, 90, 26, 26


def intervals(report: Report) -> Html:
    """Draw a line per system, best first: its mean and the 95 % interval of it."""
    found = report.standings()
    rows = [row for row in report.rows if found[row.number].mean == found[row.number].mean]
    if not rows:
        return Html("")
    low = min(found[row.number].low for row in rows)
    high = max(found[row.number].high for row in rows)
    pad = 0.05 * (high - low) or 0.05
    low, high = low - pad, high + pad

    def x(value: float) -> float:
        return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    height = TOP + ROW * len(rows) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{text(f"Mean {report.measure} with 95 % intervals")}">'
    ]
    for step in range(5):
        value = low + pad + (high - low - 2 * pad) * step / 4
        place = x(value)
        parts.append(f'<line class="grid" x1="{place}" x2="{place}" y1="{TOP - 6}" y2="{height}"/>')
        parts.append(
            f'<text class="tick" x="{place}" y="12" text-anchor="middle">{value:.3f}</text>'
        )
    for place, row in enumerate(rows):
        one, y = found[row.number], TOP + ROW * place + ROW / 2
        parts += [
            f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{text(row.name, 42)}</text>',
            f'<line class="range" x1="{x(one.low)}" x2="{x(one.high)}" y1="{y}" y2="{y}"/>',
            f'<circle class="dot" cx="{x(one.mean)}" cy="{y}" r="4.5"/>',
            f'<text class="tick" x="{WIDTH - RIGHT + 14}" y="{y + 4}">{number(one.mean)}</text>',
        ]
    return Html("".join([*parts, "</svg>"]))
