"""JSON lines: what a parser takes and what no collection can hold."""

import json
from typing import Any

from evaluation.collections.import_request import ImportRequest
from evaluation.collections.importing import import_collection
from tests.evaluation.collections.uploads import CORPUS, QRELS, QUERIES, upload
from tests.hostile.actions import GOOD, Act, alone, with_file
from tests.hostile.case import Case, Place


def line(text: str) -> Act:
    """Import the sound collection with one more line among its queries."""
    return with_file("queries", lambda: QUERIES + text + "\n")


def more(**documents: str) -> dict[str, object]:
    """Give the sound collection with further documents."""
    return GOOD | {"documents": {**known("documents"), **documents}}


def document(text: str) -> Act:
    """Import the sound collection with one more line among its documents."""
    return with_file("corpus", lambda: f"{CORPUS}\n{text}\n")


def known(part: str) -> dict[str, str]:
    """Give texts of the sound collection."""
    found = GOOD[part]
    assert isinstance(found, dict)
    return found


def queries(**more: str) -> dict[str, object]:
    """Give the sound collection with further queries."""
    return GOOD | {"queries": {**known("queries"), **more}}


def heavy(form: str) -> Act:
    """Import documents whose weight is not in their texts, 4 bytes a letter in memory."""

    def act(place: Place) -> Any:
        source = upload(place.workspace, {"queries.jsonl": QUERIES, "qrels/test.tsv": QRELS})
        folder = place.workspace.places.locate(source)
        with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
            file.write(CORPUS)
            for number in range(30):
                file.write(form.format(number=number, text="x" * 9_000_000 + "\U0001f600"))
        outcome = import_collection(place.workspace, ImportRequest("Heavy", (source,)))
        corpus = place.workspace.collection(outcome.collection).corpus
        return len(corpus) if corpus else 0

    return act


CASES = (
    Case(
        "NaN and endless numbers as metadata",
        line('{"_id": "a", "text": "b", "n": NaN, "i": -Infinity, "e": 1e999}'),
        gives=queries(a="b"),
    ),
    Case(
        "Infinity as an id",
        line('{"_id": Infinity, "text": "b"}'),
        "line 3: `_id` is inf, which is not text",
    ),
    Case(
        "1e999 as an id",
        line('{"_id": 1e999, "text": "b"}'),
        "line 3: `_id` is inf, which is not text",
    ),
    Case(
        "an id of 400 digits without quotes",
        line('{"_id": ' + "9" * 400 + ', "text": "b"}'),
        gives=queries(**{"9" * 400: "b"}),
    ),
    Case(
        "an id of 4,000 digits without quotes",
        line('{"_id": ' + "9" * 4000 + ', "text": "b"}'),
        "line 3: `_id` has 4,000 char",
    ),
    Case(
        "one key twice",
        line('{"_id": "a", "_id": "b", "text": "c", "text": "d"}'),
        gives=queries(b="d"),
    ),
    Case(
        "a text of 9 MB",
        line('{"_id": "a", "text": "' + "b" * 9_000_000 + '"}'),
        gives=queries(a="b" * 9_000_000),
    ),
    Case(
        "an array of 500,000 arrays",
        line('{"_id": "a", "text": "b", "m": [' + "[]," * 500_000 + "[]]}"),
        gives=queries(a="b"),
    ),
    Case(
        "100,000 keys in one object",
        line(json.dumps({"_id": "a", "text": "b"} | {f"k{n}": n for n in range(100_000)})),
        "queries.jsonl has 100,002 columns; 1,000 are the most",
    ),
    Case(
        "another set of keys in each of 20,000 documents",
        document("\n".join(f'{{"_id": "k{n}", "text": "t", "k{n}": 1}}' for n in range(20_000))),
        gives=more(**{f"k{n}": "t" for n in range(20_000)}),
    ),
    Case(
        "nesting just below what is refused",
        line('{"_id": "a", "text": "b", "m": ' + "[" * 900 + "]" * 900 + "}"),
        gives=queries(a="b"),
    ),
    *(
        Case(
            f"metadata nested {depth:,} times",
            line('{"_id": "a", "text": "b", "m": ' + "[" * depth + "]" * depth + "}"),
            "line 3: The JSON is nested too deeply",
        )
        for depth in (990, 5_000, 100_000)
    ),
    Case(
        "objects nested 100,000 times",
        line('{"a":' * 100_000 + "1" + "}" * 100_000),
        "line 3: The JSON is nested",
    ),
    Case(
        "a byte order mark in the middle",
        with_file("queries", lambda: (QUERIES + "\ufeff" + '{"_id": "a", "text": "b"}').encode()),
        "line 3: The line begins with a byte order mark",
    ),
    Case(
        "line separators within a text",
        line('{"_id": "a", "text": "b\u2028c\u2029d\u0085e"}'),
        gives=queries(a="b\u2028c\u2029d\u0085e"),
    ),
    Case(
        "a line separator within an id",
        line('{"_id": "a\u2028b", "text": "c"}'),
        "line 3: .*cannot be in an id",
    ),
    Case(
        "an escaped NUL in an id",
        line('{"_id": "a\\u0000", "text": "c"}'),
        "line 3: .*cannot be in an id",
    ),
    Case(
        "half a character pair as a key",
        line('{"_id": "a", "text": "b", "\\ud800": 1}'),
        "line 3: .*half of a character pair",
    ),
    Case("NUL as a key", line('{"_id": "a", "text": "b", "\\u0000": 1}'), "line 3: .*NUL"),
    Case(
        "keys that are our own names",
        document('{"_id": "a", "text": "b", "doc_id": "z", "query_id": "y"}'),
        gives=more(a="b"),
    ),
    Case(
        "an empty key and a key of 5,000 characters",
        document('{"_id": "a", "text": "b", "": "c", "' + "k" * 5000 + '": "d"}'),
        gives=more(a="b"),
    ),
    Case(
        "keys that only differ behind their 100th character",
        document('{"_id": "a", "text": "b", "' + "k" * 100 + '1": "c", "' + "k" * 100 + '2": "d"}'),
        gives=more(a="b"),
    ),
    Case(
        "a key with a line break",
        document('{"_id": "a", "text": "b", "x\\ny": "c"}'),
        gives=more(a="b"),
    ),
    Case("single quotes", line("{'_id': 'a', 'text': 'b'}"), "line 3: This is not JSON"),
    Case(
        "two objects on a line",
        line('{"_id": "a", "text": "b"}{"_id": "c", "text": "d"}'),
        "line 3: This is not JSON",
    ),
    Case(
        "a comma behind each object", line('{"_id": "a", "text": "b"},'), "line 3: This is not JSON"
    ),
    Case("a comment", line("// more"), "line 3: This is not JSON"),
    Case(
        "title as a list",
        document('{"_id": "a", "title": ["x"], "text": "b"}'),
        "line 6: `title` is \\['x'\\], which is not text",
    ),
    Case(
        "metadata that is no object",
        document('{"_id": "a", "text": "b", "metadata": [1]}'),
        gives=more(a="b"),
    ),
    Case(
        "30 titles of 9 MB",
        heavy('\n{{"_id": "t{number}", "title": "{text}", "text": "y"}}'),
        gives=35,
        slow=True,
    ),
    Case(
        "30 pieces of metadata of 9 MB",
        heavy('\n{{"_id": "t{number}", "text": "y", "m": "{text}"}}'),
        gives=35,
        slow=True,
    ),
    Case(
        "Mac line ends",
        alone("queries.jsonl", lambda: QUERIES.replace("\n", "\r")),
        "queries.jsonl, line 1: This is not JSON",
    ),
)
