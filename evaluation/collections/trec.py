"""TREC files: documents between <DOC> tags, and judgements in four columns."""

import html.entities
import re
from collections.abc import Iterator

from evaluation.collections.limits import MAX_LINE_BYTES
from evaluation.collections.records import (
    Document,
    Judgement,
    checked_grade,
    checked_id,
)
from evaluation.collections.sources import Lines, Reading, SourceFile

# what stands between two tags goes on to the next tag of the name: so it is looked at once only,
# however often the tag begins and never ends
DOCNO = re.compile(r"<docno>([^<]*+(?:<(?!/?docno>)[^<]*+)*+)</docno>", re.IGNORECASE)
TITLE = re.compile(r"<(title|headline|hl|ti)>([^<]*+(?:<(?!/?\1>)[^<]*+)*+)</\1>", re.IGNORECASE)
TEXT = re.compile(r"<text>(.*?)(?:</text>|\Z)", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
# a single blank stays as it is, and is by far the most frequent
SPACE = re.compile(r"[ \t\n\r\f\v]{2,}|[\t\n\r\f\v]")
BLANKS = re.compile(r"[ \t]+")
ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});")
UNFOLDED = re.compile(r"^ | $|(?<= ) |[\t\n\r\f\v]")


def documents(reading: Reading, file: SourceFile) -> Iterator[Document]:
    """Read documents: <DOC> with one <DOCNO>; TITLE or HEADLINE is the title, the rest the text.

    If there are <TEXT> elements, only they are the text. Tags in it are dropped, white space is
    folded to single spaces, entities such as `&amp;` are read as the characters they stand for.

    Raises:
        InputError: a document has no DOCNO, does not end, or text stands outside of documents.
    """
    with reading.lines(file) as lines:
        for body in elements(lines, "DOC"):
            yield _document(body, lines)


def judgements(reading: Reading, file: SourceFile) -> Iterator[Judgement]:
    """Read judgements: query id, a column nobody reads, document id, grade; by tabs or blanks.

    Raises:
        InputError: a line has another number of columns, or a grade is no whole number.
    """
    with reading.lines(file) as lines:
        for line in lines.filled():
            cells = columns(line)
            if len(cells) != 4:
                raise lines.fault(
                    f"The line has {len(cells)} columns instead of 4.",
                    "Write query id, 0, document id and grade with blanks or tabs between them.",
                )
            yield Judgement(
                checked_id(cells[0], "query id", lines),
                checked_id(cells[2], "document id", lines),
                checked_grade(cells[3], lines),
            )


def columns(line: str) -> list[str]:
    """Cut a line at its tabs if it has four cells that way, otherwise at blanks and tabs."""
    cells = [cell.strip() for cell in line.split("\t")]
    return cells if len(cells) == 4 else BLANKS.split(line.strip(" \t"))


def plain(text: str) -> str:
    """Give the text of an element: without tags, white space folded, entities read."""
    folded = SPACE.sub(" ", TAG.sub(" ", text) if "<" in text else text).strip(" ")
    return ENTITY.sub(_character, folded) if "&" in folded else folded


def escaped(text: str) -> str:
    """Write a text so that `plain` gives it back exactly."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return UNFOLDED.sub(lambda found: f"&#{ord(found[0])};", text)


def elements(lines: Lines, tag: str) -> Iterator[str]:
    """Give what stands between `<tag>` and `</tag>`, element by element, in either case.

    Raises:
        InputError: an element does not end or is too long, or text stands outside of elements.
    """
    opening, closing = (re.compile(f"<{end}{tag}>", re.IGNORECASE) for end in ("", "/"))
    body: list[str] | None = None
    size = 0
    for line in lines:
        place = 0
        while True:
            if body is None:
                start = opening.search(line, place)
                _check_outside(line[place : start.start() if start else None], tag, lines)
                if start is None:
                    break
                place, body, size = start.end(), [], 0
            end = closing.search(line, place) if "<" in line else None
            body.append(line[place : end.start() if end else None])
            size += len(body[-1]) + 1
            _check_size(size, tag, lines)
            if end is None:
                break
            yield "\n".join(body)
            place, body = end.end(), None
    if body is not None:
        raise lines.fault(f"The last <{tag}> does not end.", f"Close it with </{tag}>.")


def _check_outside(text: str, tag: str, lines: Lines) -> None:
    if TAG.sub("", text).strip():
        raise lines.fault(
            f"There is text outside of <{tag}>.", f"Put it between <{tag}> and </{tag}>."
        )


def _check_size(size: int, tag: str, lines: Lines) -> None:
    if size > MAX_LINE_BYTES:
        raise lines.fault(
            f"The <{tag}> that ends here or later is longer than {MAX_LINE_BYTES // 10**6} MB.",
            f"Close each one with </{tag}>, and split very long ones.",
        )


def _document(body: str, lines: Lines) -> Document:
    numbers = DOCNO.findall(body)
    if len(numbers) != 1:
        raise lines.fault(
            f"The document that ends here has {len(numbers)} <DOCNO> elements.",
            "Give each document one <DOCNO>.",
        )
    rest = DOCNO.sub(" ", body)
    title = TITLE.search(rest)
    texts = TEXT.findall(rest)
    text = " ".join(texts) if texts else TITLE.sub(" ", rest, count=1)
    return Document(
        checked_id(plain(numbers[0]), "DOCNO", lines),
        plain(title[2]) if title else "",
        plain(text),
    )


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if name[0] != "#":
        return html.entities.html5.get(f"{name};", found[0])
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]
