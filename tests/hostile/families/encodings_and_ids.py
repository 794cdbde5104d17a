"""Encodings that are another than they say, ids that look alike, names that lead elsewhere."""

import json
from typing import Any

from evaluation.collections.import_request import request_from_dict
from evaluation.collections.importing import import_collection
from tests.evaluation.collections.uploads import CORPUS, QRELS, QUERIES
from tests.hostile.actions import GOOD, Act, as_topics, uploaded, with_file
from tests.hostile.case import Case, Place


def query(query_id: str) -> Act:
    """Import one more query with an id."""
    line = json.dumps({"_id": query_id, "text": "x"})
    return with_file("queries", lambda: QUERIES + line + "\n")


def taken(query_id: str) -> Case:
    """Expect that an odd id stays as it is."""
    found = GOOD | {"queries": {**GOOD["queries"], query_id: "x"}}  # type: ignore[dict-item]
    return Case(f"the id {ascii(query_id)[:50]}", query(query_id), gives=found)


def judged(query_id: str, other: str) -> Act:
    """Import judgements that write the id of a query another way."""
    return uploaded(
        lambda: {
            "corpus.jsonl": CORPUS,
            "queries.jsonl": QUERIES
            + json.dumps({"_id": query_id, "text": "x"}, ensure_ascii=False),
            "qrels/test.tsv": QRELS + f"{other}\td1\t1\n",
        }
    )


def text(data: bytes) -> Act:
    """Import one more query of some bytes."""
    return with_file("queries", lambda: QUERIES.encode() + data)


def named(name: str) -> Act:
    """Upload a file under a name that the browser may send."""

    def act(place: Place) -> Any:
        path, source = place.workspace.places.new_upload(name)
        path.write_bytes(b"x")
        located = place.workspace.places.locate(source)
        return [located == path, path.resolve().is_relative_to(place.workspace.folder)]

    return act


def request(**changes: object) -> Act:
    """Ask for an import in plain values."""

    def act(place: Place) -> Any:
        value = {"name": "x", "sources": ["upload:" + "0" * 32]} | changes
        return import_collection(place.workspace, request_from_dict(value)).collection

    return act


WRITTEN = "Ids of the queries that the judgements write another way: 1"
CASES = (
    Case(
        "UTF-16 without its mark",
        as_topics("queries.jsonl", lambda: QUERIES.encode("utf-16-le")),
        "queries.jsonl",
    ),
    Case("UTF-32", as_topics("queries.jsonl", lambda: QUERIES.encode("utf-32")), "queries.jsonl"),
    Case(
        "EBCDIC",
        as_topics("queries.jsonl", lambda: QUERIES.encode("cp037")),
        "queries|nothing that can be read",
    ),
    Case(
        "Shift JIS",
        text('{"_id": "a", "text": "日本"}'.encode("shift_jis")),
        "queries.jsonl, line 3: Byte 23 \\(0x93\\) is not UTF-8",
    ),
    Case(
        "overlong UTF-8",
        text(b'{"_id": "a\xc0\xaf", "text": "x"}'),
        "line 3: Byte 11 \\(0xc0\\) is not UTF-8",
    ),
    Case(
        "half a pair in UTF-8",
        text(b'{"_id": "a\xed\xa0\x80", "text": "x"}'),
        "line 3: Byte 11 \\(0xed\\) is not UTF-8",
    ),
    Case(
        "a character beyond Unicode",
        text(b'{"_id": "a\xf4\x90\x80\x80", "text": "x"}'),
        "line 3: Byte 11 \\(0xf4\\) is not UTF-8",
    ),
    Case(
        "UTF-8 cut off",
        text(b'{"_id": "a", "text": "\xe2\x82'),
        "line 3: Byte 23 \\(0xe2\\) is not UTF-8",
    ),
    Case(
        "half of the file in Latin-1",
        with_file(
            "corpus",
            lambda: (
                CORPUS.encode()
                + '\n{"_id": "é", "text": "x"}\n{"_id": "z", "text": "é'.encode()
                + b'\xe9"}'
            ),
        ),
        "corpus.jsonl, line 7: Byte",
    ),
    Case(
        "UTF-16 called CSV",
        uploaded(
            lambda: {"corpus.csv": "id,text\n1,a\n".encode("utf-16"), "queries.jsonl": QUERIES}
        ),
        "UTF-16",
    ),
    *map(
        taken,
        (
            "../../etc/passwd",
            "..\\..\\x",
            "CON",
            "%2e%2e%2f",
            "=1+1",
            "<script>alert(1)</script>",
            "'; DROP TABLE job; --",
            "\U0001f600",
            "x" * 500,
            "-1",
            "1e5",
            "NaN",
            "null",
            "a,b",
            'a"b',
            "a b",
            "\uff10",
            "\U0001d7ce",
            "ﬁ",
            "ß",
            "\u05d0\u05d1",
        ),
    ),
    *(
        Case(f"the id {ascii(bad)[:40]}", query(bad), "queries.jsonl, line 3: `_id`")
        for bad in (
            "",
            " ",
            "\u00a0",
            "\t",
            "a\tb",
            "a\rb",
            "a\nb",
            "\x00",
            "a\x1b[2J",
            "a\x7f",
            "a\x85b",
            "a\u2029b",
            "\ud800",
            "x" * 10_000,
        )
    ),
    Case("an id composed in another way", judged("caf\u00e9", "cafe\u0301"), WRITTEN),
    Case("an id with a character without width", judged("cafe", "ca\u200bfe"), WRITTEN),
    Case("an id with a mark of direction", judged("cafe", "\u202ecafe"), WRITTEN),
    Case("an id with a soft hyphen", judged("cafe", "ca\u00adfe"), WRITTEN),
    Case("an id in capitals", judged("cafe", "CAFE"), WRITTEN),
    Case("a number with zeros in front", judged("7", "007"), WRITTEN),
    Case("a number as a float", judged("7", "7.0"), WRITTEN),
    Case("blanks around an id", judged(" q9", "q9"), WRITTEN),
    *(
        Case(f"an upload called {ascii(name)[:40]}", named(name), gives=[True, True])
        for name in (
            "../../x",
            "..",
            "/etc/passwd",
            "C:\\x\\y",
            "a/../../b",
            "",
            ".",
            "\0",
            "a\nb",
            "\ud800",
            "\u202ex",
            "é" * 300,
            "\U0001f600" * 300,
            "/".join("abcdefghijkl"),
            "x" * 5000,
            "~root",
            "-rf",
            "CON",
            "a/" * 500,
        )
    ),
    *(
        Case(
            f"the source {ascii(source)[:40]} of {len(source)} characters",
            request(sources=[source]),
            "is not something to import|names no upload|leads outside|no import root|is not there",
        )
        for source in (
            "upload:" + "0" * 32 + "/\ud800",
            "upload:" + "0" * 32 + "/" + "é" * 160,
            "root:" + "x" * 999,
            "demo:\ud800",
            "upload:" + "0" * 32 + "/..",
            "file:///etc/passwd",
            "http://127.0.0.1/",
            "demo:../workspace",
            "upload:",
            "x" * 100_000,
        )
    ),
    Case("an import of nothing", request(sources=[]), "names nothing to read"),
    Case(
        "an import into a collection that is not there",
        request(sources=["demo:scifact"], collection="../x"),
        "no run file|There is no collection",
    ),
)
