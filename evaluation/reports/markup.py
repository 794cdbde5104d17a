"""Small pieces of HTML: the only place of the reports that writes tags around text of others."""

import math
from collections.abc import Iterable, Sequence

from evaluation.escaping import in_html

DASH = "—"  # where there is no number
WORDS = ("", "verdict", "text")  # heads of columns that hold no numbers


class Html(str):
    """Markup that is finished: all text in it is escaped."""

    __slots__ = ()


def text(value: object, limit: int = 0) -> Html:
    """Give any text as itself."""
    return Html(in_html(value, limit))


def tag(name: str, *content: object, css: str = "") -> Html:
    """Wrap content in an element; what is not markup yet is escaped."""
    inside = "".join(part if isinstance(part, Html) else text(part) for part in content)
    shown = f' class="{in_html(css)}"' if css else ""
    return Html(f"<{name}{shown}>{inside}</{name}>")


def join(parts: Iterable[Html], between: str = "\n") -> Html:
    """Put pieces of markup behind one another."""
    return Html(in_html(between).join(parts))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], css: str = "") -> Html:
    """Give a table; a cell is a text, a number as text (to the right) or a finished `td`."""
    kinds = ["" if not place or name in WORDS else "n" for place, name in enumerate(head)]
    top = tag("tr", *(tag("th", name, css=kind) for name, kind in zip(head, kinds, strict=True)))
    lines = [tag("tr", *map(_cell, row)) for row in rows]
    return tag("table", tag("thead", top), tag("tbody", *lines), css=css)


def section(title: str, *content: Html) -> Html:
    """Give a card with a heading."""
    return tag("section", tag("h2", title), *content)


def folded(title: Html, *content: Html) -> Html:
    """Give content that opens on a click, without a script."""
    return tag("details", tag("summary", title), *content)


def number(value: float | None, form: str = ".4f") -> str:
    """Write a number; a dash where it is not known."""
    if value is None or not math.isfinite(value):
        return DASH
    return format(value, form)


def span(low: float, high: float, form: str = ".4f") -> str:
    """Write an interval; a dash where it is not known."""
    return f"{number(low, form)} to {number(high, form)}" if low == low else DASH


def chance(p: float, equals: str = "") -> str:
    """Write a p-value; small ones as a bound, because their digits are chance themselves.

    `equals` stands before those that are no bound: "= 0.030" beside "< 0.001".
    """
    if p != p:
        return DASH
    return "< 0.001" if p < 0.001 else f"{equals}{p:.3f}"


def _cell(value: object) -> Html:
    if isinstance(value, Html) and value.startswith("<td"):
        return value
    return tag("td", value if isinstance(value, Html) else str(value), css="n")
