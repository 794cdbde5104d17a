"""Per-query scores given to `check`: words, holes, doubles, types that are no numbers."""

from datetime import date
from typing import Any

import pyarrow as pa

from tests.hostile.actions import Act, called
from tests.hostile.case import Case, Place
from tests.hostile.families.parquet_files import table

IDS = [f"q{n}" for n in range(8)]
SCORES = "query_id,nDCG@10\n" + "".join(f"{name},0.5\n" for name in IDS)


def check(candidate: str | bytes, name: str = "b.csv", *more: str) -> Act:
    """Check scores against sound ones."""

    def act(place: Place) -> Any:
        place.write("a.csv", SCORES)
        place.write(name, candidate)
        return called("check", "--baseline", "a.csv", "--candidate", name, *more)(place)

    return act


def scores(**columns: Any) -> bytes:
    """Write per-query scores as Parquet."""
    return table(
        {"query_id": IDS, "nDCG@10": [0.5] * 8}
        | {k.replace("_at_", "@"): v for k, v in columns.items()}
    )


CASES = (
    Case("scores without a head", check("q0,0.5\n"), "`query_id` is missing"),
    Case("scores in an empty file", check(""), "`query_id` is missing"),
    Case("scores without rows", check("query_id,nDCG@10\n"), "queries"),
    Case(
        "scores that are words",
        check(SCORES.replace("q3,0.5", "q3,high")),
        "nDCG@10 of the query 'q3' is 'high'",
    ),
    Case(
        "scores without end",
        check(SCORES.replace("q3,0.5", "q3,inf")),
        "nDCG@10 of the query 'q3' is 'inf'",
    ),
    Case(
        "scores of 1e999",
        check(SCORES.replace("q3,0.5", "q3,1e999")),
        "nDCG@10 of the query 'q3' is '1e999'",
    ),
    Case(
        "scores of a query twice", check(SCORES + "q3,0.5\n"), "the query 'q3' stands there twice"
    ),
    Case(
        "scores with one column twice",
        check(SCORES.replace("nDCG@10\n", "nDCG@10,nDCG@10\n").replace("0.5\n", "0.5,0.9\n")),
        "two columns .*'nDCG@10'",
    ),
    Case(
        "scores with a long row",
        check(SCORES + "q9,1,2\n"),
        "line 10: 3 values where the head names 2",
    ),
    Case("scores in Latin-1", check(SCORES.encode() + b"q\xe9,1\n"), "cannot be read"),
    Case("scores in UTF-16", check(SCORES.encode("utf-16")), "cannot be read"),
    Case(
        "scores with a cell of 200 kB",
        check(SCORES + '"' + "x" * 200_000 + '",1\n'),
        "cannot be read",
    ),
    Case("scores with a NUL", check(SCORES + "q\0,1\n"), "queries|cannot be read|not\\. Score"),
    Case(
        "scores with an id that is empty",
        check(SCORES.replace("q3,", ",")),
        "query id is empty|queries",
    ),
    Case("scores in a Parquet cut off", check(scores()[:-9], "b.parquet"), "cannot be read"),
    Case(
        "scores in a Parquet of zeros",
        check(scores()[:200] + b"\0" * 99, "b.parquet"),
        "cannot be read",
    ),
    Case(
        "scores as lists",
        check(scores(nDCG_at_10=[[0.5]] * 8), "b.parquet"),
        "nDCG@10 of the query 'q0' is \\[0.5\\]",
    ),
    Case(
        "scores as dates",
        check(scores(nDCG_at_10=[date(2020, 1, 1)] * 8), "b.parquet"),
        "nDCG@10 of the query 'q0' is",
    ),
    Case(
        "scores as booleans",
        check(scores(nDCG_at_10=[True] * 8), "b.parquet"),
        "nDCG@10 of the query 'q0' is True",
    ),
    Case(
        "scores with ids that are lists",
        check(scores(query_id=[["a"]] * 8), "b.parquet"),
        "query_id",
    ),
    Case(
        "scores with ids that are null",
        check(scores(query_id=pa.nulls(8, pa.string())), "b.parquet"),
        "query_id|query id",
    ),
    Case(
        "scores whose data column is a list", check(scores(data=[["a"]] * 8), "b.parquet"), gives=0
    ),
    Case(
        "scores whose system is a structure",
        check(scores(system=[{"a": 1}] * 8), "b.parquet"),
        "system",
    ),
    Case("scores of another system", check(SCORES, "b.csv", "--system", "x" * 5000), gives=0),
    Case(
        "scores of a measure that is none",
        check(SCORES, "b.csv", "--measure", "__import__('os')"),
        "is not a measure",
    ),
    Case(
        "scores of another measure",
        check(SCORES, "b.csv", "--measure", "AP"),
        "There is no measure in",
    ),
    Case(
        "slices in a folder",
        check(SCORES, "b.csv", "--slices", "."),
        "There is no column of the queries called",
    ),
    Case("slices that are the scores", check(SCORES, "b.csv", "--slices", "b.csv"), gives=0),
)
