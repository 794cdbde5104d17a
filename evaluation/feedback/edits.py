"""Edit texts: what shall be added to a reference document and what taken away."""

import re
from dataclasses import dataclass

MARK = re.compile(
    r"(?:^|(?<=[\s,;.]))(?:(?P<verb>add|remove|replace)(?=\s|$)|(?P<sign>[+-])(?=[^\s+-]))",
    re.IGNORECASE,
)
INSTEAD = re.compile(r"\s+(?:by|with)\s+", re.IGNORECASE)
EDGE = re.compile(r"^[\s,;.]+|(?:[\s,;.]+|\b(?:and|then))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Edit:
    """What an edit text asks for.

    Attributes:
        plus: the phrases to be added, in their order.
        minus: the phrases to be taken away.
    """

    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()


def parse_edit(text: str) -> Edit:
    """Read an edit text into phrases (as FineCIR does: Li et al., arXiv, 2025).

    Phrases begin with `add`, `remove` or `replace` (`replace Y by X`, `replace Y with X`), or with
    a `+` or `-` in front of a word. What stands before the first of them, and so a text without
    any, is added. A `replace` that does not say by what takes away.

    >>> parse_edit("Add long sleeves, remove the belt and replace red by blue.")
    Edit(plus=('long sleeves', 'blue'), minus=('the belt', 'red'))
    """
    marks = list(MARK.finditer(text))
    ends = [*(mark.start() for mark in marks), len(text)]
    plus, minus = [text[: ends[0]]], list[str]()
    for mark, end in zip(marks, ends[1:], strict=True):
        phrase, asked = text[mark.end() : end], (mark["verb"] or mark["sign"]).lower()
        if asked == "replace":
            gone, *new = INSTEAD.split(phrase, maxsplit=1)
            minus.append(gone)
            plus += new
        else:
            (minus if asked in ("remove", "-") else plus).append(phrase)
    return Edit(_phrases(plus), _phrases(minus))


def _phrases(parts: list[str]) -> tuple[str, ...]:
    bare = (EDGE.sub("", EDGE.sub("", part)) for part in parts)
    return tuple(phrase for phrase in bare if phrase)
