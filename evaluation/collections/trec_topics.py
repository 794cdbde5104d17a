"""TREC topics in three forms: classic, with closed tags, and one per line with a tab."""

import re
from collections.abc import Iterator

from evaluation.collections.records import Query, checked_id, checked_text
from evaluation.collections.sources import Lines, Reading, SourceFile
from evaluation.collections.trec import elements, escaped, plain

FIELD = re.compile(r"<([A-Za-z]+)>(.*?)(?=<[A-Za-z]+>|\Z)", re.DOTALL)
# the classic form writes the name of a field once more, in words
LABEL = re.compile(r"^\s*(number|topic|description|narrative)\s*:\s*", re.IGNORECASE)
NAMES = {"desc": "description", "narr": "narrative"}


def topics(reading: Reading, file: SourceFile) -> Iterator[Query]:
    """Read topics between <top> tags: <num> is the id, <title> the text.

    Fields may be closed (`<num>1</num>`) or end where the next begins (`<num> Number: 301`), in
    upper or lower case. Description and narrative are kept as further columns. A topic without
    title has its description as text.

    Raises:
        InputError: a topic has no number or no text, or text stands outside of topics.
    """
    with reading.lines(file) as lines:
        for body in elements(lines, "top"):
            yield _topic(body, lines)


def tab_topics(reading: Reading, file: SourceFile) -> Iterator[Query]:
    """Read topics one per line: id, tab, text.

    Raises:
        InputError: a line has no tab.
    """
    with reading.lines(file) as lines:
        for line in lines.filled():
            number, tab, text = line.partition("\t")
            if not tab:
                raise lines.fault(
                    "There is no tab on the line.", "Write id, tab and text on each line."
                )
            yield Query(checked_id(number.strip(), "query id", lines), text.strip())


def escaped_title(text: str) -> str:
    """Write a query text so that `topics` gives it back exactly, even if it begins like a label."""
    return LABEL.sub(lambda found: f"&#{ord(found[0][0])};{found[0][1:]}", escaped(text))


def _topic(body: str, lines: Lines) -> Query:
    parts: dict[str, list[str]] = {}
    for name, content in FIELD.findall(body):
        parts.setdefault(name.lower(), []).append(plain(LABEL.sub("", content)))
    fields = {name: " ".join(filter(None, texts)) for name, texts in parts.items()}
    extra = {NAMES[name]: fields[name] for name in NAMES if fields.get(name)}
    title = fields.get("title") or extra.get("description", fields.get("title"))
    return Query(
        checked_id(fields.get("num"), "num", lines),
        checked_text(title, "title", lines),
        extra,
    )
