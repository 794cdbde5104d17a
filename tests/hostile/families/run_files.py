"""Run files: scores that are none, ranks that lie, columns that shift."""

from typing import Any

from evaluation.collections.trec_run import read_run
from tests.hostile.actions import Act
from tests.hostile.case import Case, Place

SOUND = "q1 Q0 d1 1 3.5 x\nq1 Q0 d2 2 2.5 x\n"
HITS = [["d1", 3.5], ["d2", 2.5]]


def run(text: str | bytes, name: str = "bm25.trec") -> Act:
    """Read a run file; gives its hits by query."""

    def act(place: Place) -> Any:
        found = read_run(place.write(name, text))
        return {query: [list(hit) for hit in hits] for query, hits in found}

    return act


def score(cell: str) -> Act:
    """Read a run file with one more score."""
    return run(f"{SOUND}q1 Q0 d3 3 {cell} x\n")


def number(value: float) -> dict[str, Any]:
    """Give the hits with one more behind them."""
    return {"q1": [*HITS, ["d3", value]]}


NONE = "bm25.trec, line 3: The score .* is not a number"
CASES = (
    *(
        Case(f"a score of {cell!r}", score(cell), NONE)
        for cell in (
            "0x1p3",
            "1,5",
            "1_0",
            "1e",
            "--1",
            "٣",
            "½",
            "1.5.2",
            "e5",
            "True",
            "1" * 99_000 + "x",
            "1f",
            "∞",
            "1e5e5",
            ".",
            "+",
            "1d3",
        )
    ),
    *(
        Case(f"a score of {cell}", score(cell), "line 3: The score .* is not a finite number")
        for cell in (
            "1e39",
            "-1e39",
            "3.5e38",
            "inf",
            "-Infinity",
            "NaN",
            "-nan",
            "1e400",
            "1" * 400,
        )
    ),
    Case(
        "the greatest score there is",
        run(f"q1 Q0 d0 1 3.4028234e38 x\n{SOUND}"),
        gives={"q1": [["d0", 3.4028234663852886e38], *HITS]},
    ),
    Case("a score too small for single precision", score("1e-60"), gives=number(0.0)),
    Case(
        "a score of 80,000 digits behind the point", score("1." + "0" * 80_000), gives=number(1.0)
    ),
    Case("an exponent with a plus", score("+1.5E+0"), gives=number(1.5)),
    Case("one rank for all", run(SOUND.replace(" 2 2.5", " 1 2.5")), gives={"q1": HITS}),
    Case(
        "ranks that contradict the scores",
        run("q1 Q0 d1 2 3.5 x\nq1 Q0 d2 1 2.5 x\n"),
        gives={"q1": HITS},
    ),
    Case(
        "a rank of -1, of NaN and of words",
        run("q1 Q0 d1 -1 3.5 x\nq1 Q0 d2 nan 2.5 x\nq2 Q0 d1 first 1 x\n"),
        gives={"q1": HITS, "q2": [["d1", 1.0]]},
    ),
    Case(
        "one document twice",
        run(f"{SOUND}q1 Q0 d2 3 9.5 x\n"),
        gives={"q1": [["d2", 9.5], ["d1", 3.5]]},
    ),
    Case(
        "queries that return",
        run("q1 Q0 d1 1 3.5 x\nq2 Q0 d1 1 1 x\nq1 Q0 d2 2 2.5 x\n"),
        gives={"q1": HITS, "q2": [["d1", 1.0]]},
    ),
    Case(
        "seven columns",
        run(f"{SOUND}q1 Q0 d 3 3 1.5 x\n"),
        "bm25.trec, line 3: 7 columns where six belong",
    ),
    Case("one column", run(f"{SOUND}q1\n"), "bm25.trec, line 3: One column where six belong"),
    Case(
        "a blank where the last tag belongs",
        run("q1 Q0 d1 1 3.5 x\nq1 Q0 d2 2 2.5 "),
        "line 2: Five columns where six belong",
    ),
    Case(
        "a vertical tab in a tag",
        run(f"{SOUND}q1 Q0 d3 3 1.5 x\vy\n"),
        "line 3: 7 columns where six belong",
    ),
    Case("a form feed for a blank", run(f"{SOUND}q1\fQ0 d3 3 1.5 x\n"), gives=number(1.5)),
    Case("no columns at all", run(b"\n\n \n\t\n"), "bm25.trec holds no hits"),
    Case("nothing", run(b""), "bm25.trec holds no hits"),
    Case(
        "a million columns", run(SOUND + "x " * 1_000_000), "bm25.trec, line 3: 1,000,000 columns"
    ),
    Case(
        "a line of 12 MB", run(SOUND + "x" * 12_000_000), "bm25.trec: a line is longer than 10 MB"
    ),
    Case(
        "an id of 501 characters",
        run(f"{SOUND}q1 Q0 {'d' * 501} 3 1 x\n"),
        "line 3: The document id is longer than 500 bytes",
    ),
    Case("an empty id between tabs", run("q1\tQ0\t\t1\t3.5\tx\n"), "line 1: .*empty|columns"),
    Case(
        "a byte that is no UTF-8",
        run(SOUND.encode() + b"q1 Q0 d\xff 3 1 x\n"),
        "line 3: The document id holds the byte 0xff",
    ),
    Case(
        "overlong UTF-8",
        run(SOUND.encode() + b"q1 Q0 d\xc0\xaf 3 1 x\n"),
        "line 3: The document id holds the byte 0xc0",
    ),
    Case(
        "half a pair in UTF-8",
        run(SOUND.encode() + b"q1 Q0 d\xed\xa0\x80 3 1 x\n"),
        "line 3: The document id holds the byte 0xed",
    ),
    Case("a NUL", run(SOUND.encode() + b"q1 Q0 d\0 3 1 x\n"), "line 3: Byte 8 is NUL"),
    Case("UTF-16", run(SOUND.encode("utf-16")), "bm25.trec is in UTF-16"),
    Case("UTF-16 without its mark", run(SOUND.encode("utf-16-le")), "line 1: Byte 2 is NUL"),
    Case("a byte order mark", run(b"\xef\xbb\xbf" + SOUND.encode()), gives={"q1": HITS}),
    Case(
        "a byte order mark in the middle", run(SOUND + "\ufeffq1 Q0 d1 1 1 x\n"), "byte order mark"
    ),
    Case(
        "gzip cut off",
        run(b"\x1f\x8b\x08\x00\x00", "bm25.trec.gz"),
        "bm25.trec.gz is damaged or cut off",
    ),
    Case("gzip by name alone", run(SOUND, "bm25.trec.gz"), gives={"q1": HITS}),
    Case(
        "formulas and markup as ids",
        run("q1 Q0 =cmd|'/C' 1 3.5 x\nq1 Q0 <b>&amp; 2 2.5 x\n"),
        gives={"q1": [["=cmd|'/C'", 3.5], ["<b>&amp;", 2.5]]},
    ),
    Case(
        "numbers as ids that are no plain numbers",
        run("q1 Q0 007 1 3 x\nq1 Q0 7 2 2 x\nq1 Q0 +7 3 1 x\n"),
        gives={"q1": [["007", 3.0], ["7", 2.0], ["+7", 1.0]]},
    ),
    Case(
        "ids of numbers beyond 32 bits",
        run("q1 Q0 4294967297 1 3 x\nq1 Q0 1 2 2 x\n"),
        gives={"q1": [["4294967297", 3.0], ["1", 2.0]]},
    ),
)
