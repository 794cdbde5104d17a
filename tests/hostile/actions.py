"""What a visitor does with a file: each gives plain values, or raises the error that is shown."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from evaluation import __main__ as command_line
from evaluation.collections.collection import Collection
from evaluation.errors import EvaluationError, InputError
from tests.evaluation.collections.uploads import BEIR, QRELS, QUERIES, Files, import_upload
from tests.hostile.case import Place

Act = Callable[[Place], Any]
Content = str | bytes
Built = Callable[[], Content]

GOOD = {
    "documents": {f"d{n}": f"The text of document {n}." for n in range(1, 6)},
    "queries": {"q1": "first", "q2": "second"},
    "grades": {"test": {"q1": {"d1": 2, "d2": 1}, "q2": {"d3": 1}}},
}
CHANGED = {"corpus": "corpus.jsonl", "queries": "queries.jsonl", "qrels": "qrels/test.tsv"}


def uploaded(build: Callable[[], Files], **request: Any) -> Act:
    """Upload files and import them."""

    def act(place: Place) -> Any:
        outcome = import_upload(place.workspace, build(), **request)
        if not outcome.collection:
            raise InputError(outcome.report.sentence())
        return plain(place.workspace.collection(outcome.collection))

    return act


def with_file(name: str, build: Built) -> Act:
    """Import the sound collection with one file exchanged, or added to it."""
    return uploaded(lambda: BEIR | {CHANGED.get(name, name): build()})


def as_corpus(name: str, build: Built) -> Act:
    """Import a file of documents with sound queries and judgements."""
    return uploaded(lambda: {name: build(), "queries.jsonl": QUERIES, "test.tsv": QRELS})


def as_topics(name: str, build: Built) -> Act:
    """Import a file of queries with sound documents and judgements."""
    others = {key: content for key, content in BEIR.items() if key != "queries.jsonl"}
    return uploaded(lambda: others | {name: build()})


def alone(name: str, build: Built) -> Act:
    """Import one file."""
    return uploaded(lambda: {name: build()})


def plain(collection: Collection) -> dict[str, Any]:
    """Give a collection as plain values: texts by id, and grades by query."""
    documents = collection.corpus.table.to_pylist() if collection.corpus is not None else []
    return {
        "documents": {row["doc_id"]: row["text"] for row in documents},
        "queries": dict(collection.queries.text_of),
        "grades": {split: qrels.by_query for split, qrels in collection.qrels.items()},
    }


def called(*words: str, **files: str | bytes) -> Act:
    """Write files and call the command line; what it says on standard error is the answer."""

    def act(place: Place) -> Any:
        for name, content in files.items():
            place.write(name.replace("_", "."), content)
        said, told = io.StringIO(), io.StringIO()
        with redirect_stderr(said), redirect_stdout(told):
            code = command_line.main(words)
        if code in (1, 2):
            raise EvaluationError(said.getvalue().strip())
        return code

    return act
