"""JSON lines: what a parser takes and what no collection can hold."""

import json

from tests.evaluation.collections.uploads import CORPUS, QUERIES, gzipped
from tests.hostile.actions import Act, alone, uploaded, with_file
from tests.hostile.case import Case
from tests.hostile.families.archives import GOOD


def line(text: str) -> Act:
    """Import the sound collection with one more line among its queries."""
    return with_file("queries", lambda: QUERIES + text + "\n")


def more(**documents: str) -> dict[str, object]:
    """Give the sound collection with further documents."""
    return GOOD | {"documents": {**GOOD["documents"], **documents}}


def document(text: str) -> Act:
    """Import the sound collection with one more line among its documents."""
    return with_file("corpus", lambda: f"{CORPUS}\n{text}\n")


def queries(**more: str) -> dict[str, object]:
    """Give the sound collection with further queries."""
    return GOOD | {"queries": {**GOOD["queries"], **more}}


def big_titles(count: int, size: int) -> str:
    """Write documents that are nearly all title."""
    title = "x" * size
    return "\n".join(f'{{"_id": "t{n}", "title": "{title}", "text": "y"}}' for n in range(count))


def big_extras(count: int, size: int) -> str:
    """Write documents that are nearly all metadata."""
    text = "x" * size
    return "\n".join(
        f'{{"_id": "t{n}", "text": "y", "metadata": {{"m": "{text}"}}}}' for n in range(count)
    )


CASES = (
    Case("NaN and endless numbers as metadata", line('{"_id": "a", "text": "b", "n": NaN, "i": -Infinity, "e": 1e999}'),
         gives=queries(a="b")),
    Case("Infinity as an id", line('{"_id": Infinity, "text": "b"}'), "line 3: `_id` is inf, which is not text"),
    Case("1e999 as an id", line('{"_id": 1e999, "text": "b"}'), "line 3: `_id` is inf, which is not text"),
    Case("an id of 400 digits without quotes", line('{"_id": ' + "9" * 400 + ', "text": "b"}'), gives=queries(**{"9" * 400: "b"})),
    Case("an id of 4,000 digits without quotes", line('{"_id": ' + "9" * 4000 + ', "text": "b"}'), "line 3: `_id` has 4,000 char"),
    Case("one key twice", line('{"_id": "a", "_id": "b", "text": "c", "text": "d"}'), gives=queries(b="d")),
    Case("a text of 9 MB", line('{"_id": "a", "text": "' + "b" * 9_000_000 + '"}'), gives=queries(a="b" * 9_000_000)),
    Case("an array of 3 million arrays", line('{"_id": "a", "text": "b", "m": [' + "[]," * 3_000_000 + "[]]}"),
         gives=queries(a="b")),
    Case("100,000 keys in one object", line(json.dumps({"_id": "a", "text": "b"} | {f"k{n}": n for n in range(100_000)})),
         gives=queries(a="b")),
    Case("another set of keys in each of 20,000 documents",
         document("\n".join(f'{{"_id": "k{n}", "text": "t", "k{n}": 1}}' for n in range(20_000))),
         gives=more(**{f"k{n}": "t" for n in range(20_000)})),
    Case("nesting just below what is refused", line('{"_id": "a", "text": "b", "m": ' + "[" * 900 + "]" * 900 + "}"),
         gives=queries(a="b")),
    *(
        Case(f"metadata nested {depth:,} times", line('{"_id": "a", "text": "b", "m": ' + "[" * depth + "]" * depth + "}"),
             "line 3: The JSON is nested too deeply")
        for depth in (990, 5_000, 100_000)
    ),
    Case("objects nested 100,000 times", line('{"a":' * 100_000 + "1" + "}" * 100_000), "line 3: The JSON is nested"),
    Case("a byte order mark in the middle", with_file("queries", lambda: (QUERIES + "\ufeff" + '{"_id": "a", "text": "b"}').encode()),
         "line 3: This is not JSON"),
    Case("line separators within a text", line('{"_id": "a", "text": "b\u2028c\u2029d\u0085e"}'), gives=queries(a="b\u2028c\u2029d\u0085e")),
    Case("a line separator within an id", line('{"_id": "a\u2028b", "text": "c"}'), "line 3: .*cannot be in an id"),
    Case("an escaped NUL in an id", line('{"_id": "a\\u0000", "text": "c"}'), "line 3: .*cannot be in an id"),
    Case("half a character pair as a key", line('{"_id": "a", "text": "b", "\\ud800": 1}'), "line 3: .*half of a character pair"),
    Case("NUL as a key", line('{"_id": "a", "text": "b", "\\u0000": 1}'), "line 3: .*NUL"),
    Case("keys that are our own names", document('{"_id": "a", "text": "b", "doc_id": "z", "query_id": "y"}'), gives=more(a="b")),
    Case("an empty key and a key of 5,000 characters", document('{"_id": "a", "text": "b", "": "c", "' + "k" * 5000 + '": "d"}'), gives=more(a="b")),
    Case("keys that only differ behind their 100th character",
         document('{"_id": "a", "text": "b", "' + "k" * 100 + '1": "c", "' + "k" * 100 + '2": "d"}'), gives=more(a="b")),
    Case("a key with a line break", document('{"_id": "a", "text": "b", "x\\ny": "c"}'), gives=more(a="b")),
    Case("single quotes", line("{'_id': 'a', 'text': 'b'}"), "line 3: This is not JSON"),
    Case("two objects on a line", line('{"_id": "a", "text": "b"}{"_id": "c", "text": "d"}'), "line 3: This is not JSON"),
    Case("a comma behind each object", line('{"_id": "a", "text": "b"},'), "line 3: This is not JSON"),
    Case("a comment", line("// more"), "line 3: This is not JSON"),
    Case("title as a list", document('{"_id": "a", "title": ["x"], "text": "b"}'), "line 6: `title` is \\['x'\\], which is not text"),
    Case("metadata that is no object", document('{"_id": "a", "text": "b", "metadata": [1]}'), gives=more(a="b")),
    Case("250 titles of 9 MB", uploaded(lambda: {
        "corpus.jsonl.gz": gzipped(f"{CORPUS}\n{big_titles(250, 9_000_000)}"), "queries.jsonl": QUERIES,
        "qrels/test.tsv": "q1\td1\t1\n"}), "unpacks to more than"),
    Case("120 titles of 9 MB, poorly packed", with_file("corpus", lambda: f"{CORPUS}\n{big_titles(120, 9_000_000)}"),
         gives=more(**{f"t{n}": "y" for n in range(120)})),
    Case("120 pieces of metadata of 9 MB", with_file("corpus", lambda: f"{CORPUS}\n{big_extras(120, 9_000_000)}"),
         gives=more(**{f"t{n}": "y" for n in range(120)})),
    Case("Mac line ends", alone("queries.jsonl", lambda: QUERIES.replace("\n", "\r")), "queries.jsonl, line 1: This is not JSON"),
)
