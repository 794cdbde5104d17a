"""The one way for text that is not ours (documents, queries, names, errors) to reach a page."""

import html

from evaluation.escaping import in_markdown


def label(text: object, limit: int = 300) -> str:
    """Make any text show as itself in labels, captions, titles, metrics and messages.

    Those sinks read Markdown: every punctuation mark is escaped, line breaks become spaces, and
    text beyond `limit` characters is cut with an ellipsis.
    """
    return in_markdown(text, limit)


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
