"""Text of others in Markdown, HTML and LaTeX, such that it shows as itself and does nothing."""

import html
import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # a character of no width: keeps Markdown shortcuts and bare links from forming
_TRIGGERS = re.compile(r"(?<=[:<>@-])|(?<=www)|(?<=#)(?=\d)", re.IGNORECASE)
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    "[": "{[}",  # so that none is taken for an option of the line above
    "]": "{]}",
    "*": "{*}",
}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def in_markdown(text: object, limit: int = 300) -> str:
    """Write text for one line or table cell of Markdown.

    Every punctuation mark is escaped, line breaks become spaces, and text beyond `limit`
    characters is cut with an ellipsis.
    """
    return _PUNCTUATION.sub(r"\\\1", _TRIGGERS.sub(_JOINER, flat(text, limit)))


def in_html(text: object, limit: int = 0) -> str:
    """Write text for HTML, in an element or an attribute; cut at `limit` characters, if any.

    Control characters and those that turn the direction of writing are left out.
    """
    shown = flat(text, limit) if limit else str(text)
    return html.escape(_UNSEEN.sub(_kept, shown), quote=True)


def in_latex(text: object, limit: int = 300) -> str:
    """Write text for a paragraph, table cell or caption of LaTeX: no command, no mathematics.

    Some of the commands need the package textcomp, which LaTeX has had on board since 2020.
    """
    shown = _UNSEEN.sub("", flat(text, limit))
    plain = "".join(_LATEX.get(character, character) for character in shown)
    return re.sub("-(?=-)", "-{}", plain)  # so that two of them do not become a dash


def flat(text: object, limit: int) -> str:
    """Bring text onto one line and cut it with an ellipsis."""
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _kept(found: re.Match[str]) -> str:
    return found.group() if found.group() in "\n\t" else ""
