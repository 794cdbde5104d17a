"""SMART documents, and judgements that are cut in columns another way."""

from tests.evaluation.collections.uploads import CORPUS, QRELS, QUERIES
from tests.hostile.actions import Act, Built, uploaded
from tests.hostile.case import Case


def smart(build: Built) -> Act:
    """Import documents in the form of SMART."""
    return uploaded(
        lambda: {"cran.all": build(), "queries.jsonl": QUERIES, "qrels/test.tsv": QRELS}
    )


CASES = (
    Case("SMART without a number", smart(lambda: ".I\n.W\nx\n"), "neither documents nor run"),
    Case(
        "SMART that begins elsewhere", smart(lambda: ".W\nx\n.I 1\n"), "neither documents nor run"
    ),
    Case(
        "SMART with a record of 11 MB",
        smart(lambda: ".I 1\n.W\n" + ("x" * 99 + "\n") * 110_000),
        "cran.all, line .*: The record is too long",
    ),
    Case(
        "judgements of five columns",
        uploaded(
            lambda: {
                "corpus.jsonl": CORPUS,
                "queries.jsonl": QUERIES,
                "qrels.txt": "q1 0 d1 1\nq1 0 d2 1 x\n",
            }
        ),
        "qrels.txt, line 2: The line has 5 columns",
    ),
    Case(
        "judgements with a grade of 1.5",
        uploaded(
            lambda: {
                "corpus.jsonl": CORPUS,
                "queries.jsonl": QUERIES,
                "qrels.txt": "q1 0 d1 1\nq1 0 d2 1.5\n",
            }
        ),
        "qrels.txt, line 2: The grade '1.5'",
    ),
)
