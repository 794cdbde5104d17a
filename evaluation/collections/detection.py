"""What each given file is: documents, queries, judgements or a run, and in which form."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from evaluation.collections.archives import is_archive, is_foreign
from evaluation.collections.mapping import (
    NAMES,
    Mapping,
    guess_mapping,
)
from evaluation.collections.part import Part
from evaluation.collections.sources import UTF16_MARKS, Reading, SourceFile
from evaluation.collections.splits import free_name, split_name
from evaluation.collections.tables import sample, table_form
from evaluation.errors import InputError

CORPUS_NAME = re.compile(r"corpus|docs?\b|document|collection|passage|\.all\b|abstracts")
QUERIES_NAME = re.compile(r"quer(y|ies)|topic|question|claim|\.qry|\.que")
QRELS_NAME = re.compile(r"qrel|judg|relevance|\.rel\b")
XML_TOPICS = re.compile(r"<\?xml|<!DOCTYPE|<!--|<topics|<queries|<\w*track", re.I)
XML_TOPIC = re.compile(r"<(topic|top|query)\b", re.I)
WORDS = (".md", ".pdf", ".html", ".py", ".doc", ".docx", ".png", ".jpg", ".yaml", ".yml", ".bib")
WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
# written so that no text takes long: two stars beside each other would try every way to share
NUMBER = re.compile(r"[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|nan|inf(inity)?)", re.I)


def detect(files: Sequence[SourceFile]) -> list[Part]:
    """Guess what each file is, from its first lines and its name.

    Raises:
        InputError: a file is empty, packed in a way that is not understood, or a JSON array.
    """
    parts = [_detect_one(file) for file in files]
    return _settle(parts, {file.name: file.size for file in files})


def name_splits(parts: Sequence[Part]) -> list[Part]:
    """Give every file of judgements a split of its own, after its name where nobody said one."""
    taken: set[str] = set()
    named = []
    for part in parts:
        wanted = part.split or split_name(part.name)
        qrels = part.role == "qrels"
        named.append(replace(part, split=free_name(wanted, taken)) if qrels else part)
    return named


def is_beside(name: str) -> bool:
    """Whether a file is one that lies beside data, such as a README or what systems leave."""
    place = PurePosixPath(name.lower())
    hidden = any(part.startswith((".", "__macosx")) for part in place.parts)
    return hidden or place.suffix in WORDS or place.stem in ("readme", "license", "licence")


def _detect_one(file: SourceFile) -> Part:
    if is_archive(file.name) or is_foreign(file.name):
        raise InputError(
            f"{file.name} is an archive inside an archive, or of a kind that is not understood. "
            "Give one plain .zip or .tar.gz with the files themselves."
        )
    if is_beside(file.name):
        return Part(file.name, "ignored")
    if table_form(file) == "parquet":
        return _table(file)
    head = Reading().head(file)
    if not head.strip():
        raise InputError(
            f"{file.name} is empty, or blank for a long stretch. Give it a content or leave it out."
        )
    if head.startswith(UTF16_MARKS):
        raise InputError(f"{file.name} is in UTF-16. Save it as UTF-8.")
    return _by_content(file, head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))


def _by_content(file: SourceFile, text: str) -> Part:
    start = text.lstrip()
    if re.search(r"^[ \t]*<doc>", text, re.I | re.M):
        return Part(file.name, "corpus", "trec")
    if XML_TOPICS.match(start) and XML_TOPIC.search(text):
        return Part(file.name, "queries", "xml")
    if re.search(r"^[ \t]*<top>", text, re.I | re.M):
        return Part(file.name, "queries", "trec")
    if re.match(r"\.I\s+\d", start):
        return Part(file.name, _role_by_name(file.plain_name) or "", "smart")
    if start.startswith("["):
        raise InputError(
            f"{file.name} is one JSON array. Write one object per line instead (JSON lines)."
        )
    if start.startswith("{"):
        return Part(file.name, "ignored") if _is_one_object(file, start) else _json(file)
    return _by_columns(file, [line for line in text.split("\n")[:50] if line.strip()])


def _json(file: SourceFile) -> Part:
    role = _role_by_name(file.plain_name)
    columns, rows = sample(Reading(), file)
    if role in ("corpus", "queries", "") and {"_id", "text"} <= set(columns):
        return Part(file.name, role or ("corpus" if "title" in columns else ""), "beir")
    return _table(file, role, (columns, rows))


def _is_one_object(file: SourceFile, start: str) -> bool:
    """Whether a file is one JSON object over many lines, as descriptions beside data are.

    Raises:
        InputError: it is, but its name says that it is data.
    """
    first = start.partition("\n")[0].rstrip()
    if PurePosixPath(file.plain_name.lower()).suffix != ".json" or first.endswith("}"):
        return False
    if _role_by_name(file.plain_name):
        raise InputError(
            f"{file.name} is one JSON object over many lines. Write one object per line instead "
            "(JSON lines), or leave the file out."
        )
    return True


def _by_columns(file: SourceFile, lines: list[str]) -> Part:
    """Tell runs and judgements by the columns of their first lines."""
    lines = [line.strip("\r\n") for line in lines]
    cells = lines[min(1, len(lines) - 1)].split()
    tabs = lines[0].split("\t")
    if table_form(file) == "csv":
        return _table(file)
    if len(cells) in (5, 6) and WHOLE.fullmatch(cells[3]) and NUMBER.fullmatch(cells[4]):
        return Part(file.name, "run", "trec")
    if len(tabs) == 3 and _looks_like_beir_qrels(lines):
        return Part(file.name, "qrels", "beir")
    if len(cells) == 4 and WHOLE.fullmatch(cells[3]):
        return Part(file.name, "qrels", "trec")
    if _is_qrels(file) and 2 <= len(cells) <= 4 and all(map(NUMBER.fullmatch, cells)):
        return Part(file.name, "qrels", "smart")
    if len(tabs) == 2 and _role_by_name(file.plain_name) in ("queries", "") and not _named(tabs):
        return Part(file.name, _role_by_name(file.plain_name) or "", "tab")
    if len(tabs) > 1:
        return _table(file)
    # judgements are never left out unsaid: their reader names the line that it cannot read
    return Part(file.name, *(("qrels", "trec") if _is_qrels(file) else ("ignored",)))


def _is_qrels(file: SourceFile) -> bool:
    return _role_by_name(file.plain_name) == "qrels"


def _looks_like_beir_qrels(lines: list[str]) -> bool:
    last = lines[-1].split("\t")
    named = [cell.strip().lower().replace("_", "-") for cell in lines[0].split("\t")]
    graded = len(last) == 3 and NUMBER.fullmatch(last[2].strip()) is not None
    return named == ["query-id", "corpus-id", "score"] or (graded and not _named(named))


def _named(cells: list[str]) -> bool:
    known = {name for names in NAMES.values() for options in names.values() for name in options}
    return any(re.sub(r"[^a-z0-9]", "", cell.lower()) in known for cell in cells)


def _table(
    file: SourceFile, role: str = "", given: tuple[list[str], list[list[Any]]] | None = None
) -> Part:
    columns, rows = given or sample(Reading(), file)
    mapping = guess_mapping(columns, rows, role or _role_by_name(file.plain_name))
    return Part(file.name, mapping.role, "table", mapping=mapping)


def _role_by_name(name: str) -> str:
    """Guess a role from the name; the folder `qrels/` counts, other folders do not."""
    place = PurePosixPath(name.lower())
    if QRELS_NAME.search(place.name) or "qrels" in place.parts[:-1]:
        return "qrels"
    if QUERIES_NAME.search(place.name):
        return "queries"
    return "corpus" if CORPUS_NAME.search(place.name) else ""


def _settle(parts: list[Part], sizes: dict[str, int]) -> list[Part]:
    """Give texts of unknown role one: the largest becomes the corpus if none is.

    A table that looks like nothing we know is left out where there is a corpus, or where run
    files make one needless.
    """
    complete = any(p.role == "run" or (p.role == "corpus" and not _is_strange(p)) for p in parts)
    if complete:
        parts = [Part(p.name, "ignored") if _is_strange(p) else p for p in parts]
    unknown = sorted((p for p in parts if not p.role), key=lambda p: -sizes[p.name])
    has_corpus = any(part.role == "corpus" for part in parts)
    has_queries = any(part.role == "queries" for part in parts)
    roles = {}
    for part in unknown:
        takes_corpus = not has_corpus and (has_queries or len(unknown) > 1)
        roles[part.name] = "corpus" if takes_corpus else "queries"
        has_corpus = has_corpus or takes_corpus
    return [_as_role(part, roles[part.name]) if part.name in roles else part for part in parts]


def _is_strange(part: Part) -> bool:
    """Whether neither the name of a table nor one of its columns says what it is."""
    if part.mapping is None or not part.mapping.header:
        return False
    columns = [*part.mapping.columns.values(), *part.mapping.keep]
    return not _role_by_name(part.name) and not _named(columns)


def _as_role(part: Part, role: str) -> Part:
    """Read a two-column text file as documents where it turned out to hold them."""
    if part.form == "tab" and role == "corpus":
        columns = {"doc_id": "column 1", "text": "column 2"}
        return replace(part, role=role, form="table", mapping=Mapping(role, columns, header=False))
    return replace(part, role=role)
