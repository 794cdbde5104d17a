"""Single files under gzip: several members, damage, garbage behind them, bombs."""

import gzip

from tests.evaluation.collections.uploads import BEIR, QUERIES, gzipped
from tests.hostile.actions import GOOD, uploaded
from tests.hostile.case import Case

CASES = (
    Case(
        "gzip in two members",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": b"".join(map(gzipped, QUERIES.splitlines(keepends=True))),
            }
        ),
        gives=GOOD,
    ),
    Case(
        "garbage behind gzip",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES) + b"garbage",
            }
        ),
        "queries.jsonl.gz is damaged",
    ),
    Case(
        "zeros behind gzip",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES) + b"\0" * 900,
            }
        ),
        gives=GOOD,
    ),
    Case(
        "gzip with a wrong checksum",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES)[:-8] + b"\0" * 8,
            }
        ),
        "queries.jsonl.gz is damaged",
    ),
    Case(
        "gzip with flipped bits",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES)[:14] + b"\xff" * 9 + gzipped(QUERIES)[23:],
            }
        ),
        "queries.jsonl.gz is damaged",
    ),
    Case(
        "a run file that is a gzip bomb",
        uploaded(
            lambda: {
                "qrels.txt": "q1 0 d1 1\n",
                "bm25.trec.gz": gzip.compress(b"q1 Q0 d1 1 1.5 x\n" * 8_000_000, 6),
            }
        ),
        "unpacks to more than",
    ),
)
