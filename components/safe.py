"""The one way for text that is not ours (documents, queries, names, errors) to reach a page."""

import html
import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # a character of no width: keeps Markdown shortcuts and bare links from forming
_TRIGGERS = re.compile(r"(?<=[:<>@-])|(?<=www)", re.IGNORECASE)


def label(text: object, limit: int = 300) -> str:
    """Make any text show as itself in labels, captions, titles, metrics and messages.

    Those sinks read Markdown: every punctuation mark is escaped, line breaks become spaces, and
    text beyond `limit` characters is cut with an ellipsis.
    """
    flat = " ".join(str(text).split())
    flat = flat if len(flat) <= limit else flat[: limit - 1] + "…"
    return _PUNCTUATION.sub(r"\\\1", _TRIGGERS.sub(_JOINER, flat))


def badge(text: object, limit: int = 60) -> str:
    """Make any text show as itself in `st.badge`, which escapes square brackets by itself."""
    return label(text, limit).replace("\\[", "[").replace("\\]", "]")


def markup(text: object) -> str:
    """Make any text show as itself inside `st.html`."""
    return html.escape(str(text), quote=True)


def marked(text: str, spans: list[tuple[int, int]]) -> str:
    """Give HTML of a text with the given character spans (sorted, not overlapping) marked."""
    parts, place = [], 0
    for start, end in spans:
        parts += [markup(text[place:start]), "<mark>", markup(text[start:end]), "</mark>"]
        place = end
    return "".join(parts) + markup(text[place:])
