"""CSV and TSV: quotes, cells without end, columns without end, formulas."""

from tests.evaluation.collections.uploads import QRELS, QUERIES
from tests.hostile.actions import GOOD, Act, as_corpus, uploaded, with_file
from tests.hostile.case import Case, Place

ROWS = "".join(f"d{n},the text\n" for n in range(1, 6))


def rows(text: str, head: str = "id,text\n") -> Act:
    """Import sound documents as CSV with something behind them."""
    return as_corpus("corpus.csv", lambda: head + ROWS + text)


def documents(**more: str) -> dict[str, object]:
    """Give the collection of the sound table with further documents."""
    found = {f"d{n}": "the text" for n in range(1, 6)} | more
    return GOOD | {"documents": found}


def wide(count: int, mark: str) -> str:
    """Write a table of many columns."""
    head = mark.join(["id", "text", *(f"c{n}" for n in range(count))])
    return head + "\n" + mark.join(["d1"] * (count + 2)) + "\n"


def exported(place: Place) -> object:
    """Import ids and texts that a spreadsheet would run, and write them as CSV."""
    from evaluation.table_files import read_table, table_csv

    found = uploaded(
        lambda: {
            "corpus.csv": "id,text\nd1,\"=cmd|' /C calc'!A0\"\nd2,+1+1\nd3,@SUM(1)\n",
            "queries.jsonl": QUERIES,
            "test.tsv": "q1\td1\t1\n",
        }
    )(place)
    path = place.write(
        "out.csv",
        table_csv({"id": list(found["documents"]), "text": list(found["documents"].values())}),
    )
    lines = path.read_text("utf-8").splitlines()
    return [
        all(line.split(",")[1].lstrip('"').startswith("'") for line in lines[1:]),
        read_table(path)["text"].to_pylist(),
    ]


CASES = (
    Case("a quote in the middle of a cell", rows('d6,a"b\n'), gives=documents(d6='a"b')),
    Case(
        "text behind a closing quote",
        rows('d6,"a"b\n'),
        "corpus.csv, line 7: The table cannot be read",
    ),
    Case(
        "a quote that is never closed over 12 MB",
        rows('d6,"' + "x" * 999 + ("\n" + "y" * 999) * 12_000),
        "The table cannot be read|longer than 10 MB",
    ),
    Case(
        "line breaks and quotes within a cell",
        rows('d6,"a\n""b"",\nc"\n'),
        gives=documents(d6='a\n"b",\nc'),
    ),
    Case(
        "100,000 columns in a CSV",
        as_corpus("corpus.csv", lambda: wide(100_000, ",")),
        "corpus.csv has 100,002 columns; 1,000 are the most",
    ),
    Case(
        "100,000 columns in a TSV",
        as_corpus("corpus.tsv", lambda: wide(100_000, "\t")),
        "corpus.tsv has 100,002 columns; 1,000 are the most",
    ),
    Case(
        "a million separators",
        as_corpus("corpus.csv", lambda: "id,text\nd1" + "," * 1_000_000),
        "corpus.csv has 1,000,001 columns",
    ),
    Case(
        "commas in a TSV",
        as_corpus("corpus.tsv", lambda: "id\ttext\nd1,a\n"),
        "corpus.tsv, line 2: The row has 1 cells",
    ),
    Case(
        "semicolons in a CSV",
        as_corpus("corpus.csv", lambda: "id;text\nd1;a\nd2;b\n"),
        "no column is chosen",
    ),
    Case("formulas as texts", exported, gives=[True, ["=cmd|' /C calc'!A0", "+1+1", "@SUM(1)"]]),
    Case("head lines of blanks", as_corpus("corpus.csv", lambda: " , \nd1,a\n"), "corpus.csv"),
    Case(
        "an empty head cell",
        as_corpus("corpus.csv", lambda: "id,text,\nd1,a,b\nd2,a,b\nd3,a,b\n"),
        gives=GOOD | {"documents": {f"d{n}": "a" for n in (1, 2, 3)}},
    ),
    Case(
        "two columns whose names differ in blanks",
        as_corpus("corpus.csv", lambda: "id,text,text \nd1,a,b\nd2,a,b\nd3,a,b\n"),
        gives=GOOD | {"documents": {f"d{n}": "a" for n in (1, 2, 3)}},
    ),
    Case("a head alone", as_corpus("corpus.csv", lambda: "id,text\n"), "corpus"),
    Case("quotes alone", as_corpus("corpus.csv", lambda: '"' * 1001), "corpus.csv"),
    Case(
        "a NUL in a cell",
        as_corpus("corpus.csv", lambda: "id,text\nd1,a\0b\n"),
        "corpus.csv, line 2: Byte 5 is NUL",
    ),
    Case(
        "a carriage return within a row",
        as_corpus("corpus.csv", lambda: "id,text\nd1,a\rd2,b\n"),
        "corpus.csv, line 2",
    ),
    Case(
        "a grade of 10^12",
        with_file("qrels", lambda: QRELS + "q1\td4\t1000000000000\n"),
        "line 5: The grade '1000000000000' is",
    ),
    Case(
        "a grade of -9999",
        with_file("qrels", lambda: QRELS + "q1\td4\t-9999\n"),
        "line 5: The grade -9999 is out of range",
    ),
    Case(
        "a grade below zero",
        with_file("qrels", lambda: QRELS + "q1\td4\t-2\n"),
        gives=GOOD | {"grades": {"test": {"q1": {"d1": 2, "d2": 1, "d4": -2}, "q2": {"d3": 1}}}},
    ),
    Case(
        "a grade of 1e2",
        with_file("qrels", lambda: QRELS + "q1\td4\t1e2\n"),
        "The grade '1e2' is not a whole number",
    ),
    Case(
        "a grade of 0x10",
        with_file("qrels", lambda: QRELS + "q1\td4\t0x10\n"),
        "The grade '0x10' is not a whole number",
    ),
    Case(
        "a grade with a comma",
        with_file("qrels", lambda: QRELS + "q1\td4\t1,0\n"),
        "The grade '1,0' is not a whole number",
    ),
    Case(
        "a grade of 1_0",
        with_file("qrels", lambda: QRELS + "q1\td4\t1_0\n"),
        "The grade '1_0' is not a whole number",
    ),
    Case(
        "a grade in Arabic digits",
        with_file("qrels", lambda: QRELS + "q1\td4\t\u0661\n"),
        "is not a whole number",
    ),
    Case(
        "an empty grade",
        with_file("qrels", lambda: QRELS + "q1\td4\t\n"),
        "The grade '' is not a whole number",
    ),
    Case(
        "a grade of true in a table",
        uploaded(
            lambda: {
                "corpus.jsonl": '{"_id": "d1", "text": "a"}',
                "queries.jsonl": QUERIES,
                "qrels.jsonl": '{"query_id": "q1", "doc_id": "d1", "relevance": true}',
            }
        ),
        "The grade True is not a whole number",
    ),
    Case(
        "65,000 blank lines before the first row",
        as_corpus("corpus.txt", lambda: "x" + "\n" * 65_000 + "<DOC>"),
        "corpus.txt",
    ),
    Case(
        "a number of 60,000 digits in a cell",
        as_corpus("docs.txt", lambda: "q1 Q0 d1 1 " + "1" * 60_000 + "x t\n"),
        "docs.txt|neither documents",
    ),
)
