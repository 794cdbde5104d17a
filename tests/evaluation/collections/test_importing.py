import json
from collections.abc import Callable

import pyarrow as pa
import pytest

from evaluation.collections import writing
from evaluation.collections.import_request import ImportRequest
from evaluation.collections.importing import import_collection, import_job
from evaluation.errors import CancelledError, InputError
from evaluation.progress import SILENT
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import (
    BEIR,
    CORPUS,
    QRELS,
    QUERIES,
    gzipped,
    import_upload,
    listing,
    tarred,
    upload,
    zipped,
)

FORMS: dict[str, Callable[[], dict[str, str | bytes]]] = {
    "folder": lambda: dict(BEIR),
    "loose files": lambda: {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "test.tsv": QRELS},
    "zip": lambda: {"tiny.zip": zipped(BEIR, "tiny/")},
    "zip without folder": lambda: {"tiny.zip": zipped(BEIR)},
    "tar.gz": lambda: {"tiny.tar.gz": tarred(BEIR, "tiny/")},
    "tgz": lambda: {"tiny.tgz": tarred(BEIR, "./")},
    "files under gzip": lambda: {f"{name}.gz": gzipped(text) for name, text in BEIR.items()},
    "gzip inside a zip": lambda: {
        "tiny.zip": zipped({f"{name}.gz": gzipped(text) for name, text in BEIR.items()})
    },
    "gzip inside a tar": lambda: {
        "tiny.tar.gz": tarred({f"{name}.gz": gzipped(text) for name, text in BEIR.items()})
    },
    "with BOM and CRLF": lambda: {
        name: b"\xef\xbb\xbf" + str(text).replace("\n", "\r\n").encode()
        for name, text in BEIR.items()
    },
    "with a README and system files": lambda: {
        "tiny.zip": zipped(
            {**BEIR, "README.md": "x", "__MACOSX/._corpus.jsonl": b"\0\1", "LICENSE": "MIT"}
        )
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_every_packing_of_the_same_files_gives_the_same_collection(
    workspace: Workspace, form: str
) -> None:
    plain = import_upload(workspace, BEIR)
    other = import_upload(workspace, FORMS[form]())
    prints = [
        workspace.collection_record(c.collection).record["fingerprints"] for c in (plain, other)
    ]
    assert prints[0] == prints[1]
    assert set(prints[0]) == {"corpus", "queries", "qrels/test"}
    assert [f.check for f in other.report.findings if f.level != "green"] == []


def test_a_collection_holds_what_the_files_hold(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR, about={"licence": "CC0"})
    collection = workspace.collection(outcome.collection)
    assert collection.name == "Tiny"
    assert collection.about == {"licence": "CC0"}
    assert collection.corpus is not None
    assert collection.corpus.doc_ids.to_pylist() == ["d1", "d2", "d3", "d4", "d5"]
    assert collection.corpus.texts(0, 1) == ["Title 1 The text of document 1."]
    assert collection.queries.text_of == {"q1": "first", "q2": "second"}
    assert collection.qrels["test"].by_query == {"q1": {"d1": 2, "d2": 1}, "q2": {"d3": 1}}


def test_several_splits_stay_apart(workspace: Workspace) -> None:
    files = {**BEIR, "qrels/train.tsv": "query-id\tcorpus-id\tscore\nq2\td5\t1\n"}
    outcome = import_upload(workspace, files)
    collection = workspace.collection(outcome.collection)
    assert {name: len(qrels) for name, qrels in collection.qrels.items()} == {"test": 3, "train": 1}
    assert collection.default_split == "test"


def test_a_corpus_in_several_files_is_one_corpus(workspace: Workspace) -> None:
    lines = CORPUS.split("\n")
    shards = {"corpus-1.jsonl": "\n".join(lines[:2]), "corpus-2.jsonl": "\n".join(lines[2:])}
    outcome = import_upload(workspace, {**shards, "queries.jsonl": QUERIES, "test.tsv": QRELS})
    whole = import_upload(workspace, BEIR)
    records = [workspace.collection_record(o.collection).record for o in (outcome, whole)]
    assert records[0]["fingerprints"] == records[1]["fingerprints"]


def test_formats_can_be_mixed(workspace: Workspace) -> None:
    files = {"corpus.jsonl": CORPUS, "topics.txt": "q1\tfirst\nq2\tsecond\n"}
    qrels = "q1 0 d1 2\nq1 0 d2 1\nq2 0 d3 1\n"
    mixed = import_upload(workspace, {**files, "qrels.txt": qrels})
    plain = import_upload(workspace, BEIR)
    records = [workspace.collection_record(o.collection).record for o in (mixed, plain)]
    assert records[0]["fingerprints"] == records[1]["fingerprints"]


def test_the_report_stays_with_the_collection(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR)
    assert workspace.health(outcome.collection) == outcome.report.to_dict()


def test_a_faulty_collection_is_not_stored_but_its_report_is_given(workspace: Workspace) -> None:
    before = listing(workspace)
    outcome = import_upload(workspace, {**BEIR, "corpus.jsonl": f"{CORPUS}\n{CORPUS}"})
    assert outcome.collection == ""
    assert outcome.report.light == "red"
    worst = outcome.report.findings[0]
    assert (worst.check, worst.count) == ("duplicate-documents", 5)
    assert worst.examples == ("d1 (2 times)", "d2 (2 times)", "d3 (2 times)")
    assert listing(workspace) - before <= {"collections"}


def test_the_upload_is_deleted_after_the_import_and_kept_after_a_refusal(
    workspace: Workspace,
) -> None:
    kept = upload(workspace, {**BEIR, "corpus.jsonl": f"{CORPUS}\n{CORPUS}"})
    import_collection(workspace, ImportRequest("Bad", (kept,)))
    used = upload(workspace, BEIR)
    import_collection(workspace, ImportRequest("Good", (used,)))
    assert workspace.places.locate(kept).is_dir()
    with pytest.raises(InputError, match="not there"):
        workspace.places.locate(used)


def test_judgements_of_queries_that_are_not_there_are_left_out_and_counted(
    workspace: Workspace,
) -> None:
    outcome = import_upload(workspace, {**BEIR, "qrels/test.tsv": QRELS + "q7\td1\t1\nq8\td1\t1\n"})
    collection = workspace.collection(outcome.collection)
    assert collection.qrels["test"].query_ids == ["q1", "q2"]
    found = {f.check: f for f in outcome.report.findings}["judgements-of-unknown-queries"]
    assert (found.level, found.count) == ("yellow", 2)
    assert found.examples == ("test: query q7", "test: query q8")


class StopAfter:
    """Asks to stop at the report of the given number."""

    def __init__(self, reports: int) -> None:
        self.left = reports
        self.seen: list[tuple[int, int | None, str]] = []

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        self.seen.append((done, total, unit))
        self.left -= 1
        if self.left < 0:
            raise CancelledError


def test_an_import_can_be_stopped_at_every_report_and_leaves_nothing(workspace: Workspace) -> None:
    source = upload(workspace, {"tiny.zip": zipped(BEIR)})
    before = listing(workspace)
    watch = StopAfter(1000)
    import_collection(workspace, ImportRequest("Whole", (source,)), watch)
    workspace.discard("collections", "whole")
    reports = len(watch.seen)
    assert reports > 8
    for number in range(reports):
        source = upload(workspace, {"tiny.zip": zipped(BEIR)})
        with pytest.raises(CancelledError):
            import_collection(workspace, ImportRequest("Cut", (source,)), StopAfter(number))
        left = {name for name in listing(workspace) - before if not name.startswith("trash")}
        assert left <= {"collections"}


def test_progress_counts_the_bytes_of_the_files_up_to_their_sum(workspace: Workspace) -> None:
    watch = StopAfter(1000)
    source = upload(workspace, BEIR)
    import_collection(workspace, ImportRequest("Tiny", (source,)), watch)
    total = len(CORPUS) + len(QUERIES) + len(QRELS)
    read = [(done, whole) for done, whole, unit in watch.seen if unit == "bytes"]
    assert read == sorted(read)
    assert read[-1] == (total, total)


def test_the_corpus_is_written_in_batches_and_never_held_whole(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 2)
    outcome = import_upload(workspace, BEIR)
    folder = workspace.collection_record(outcome.collection).folder
    with pa.memory_map(str(folder / "corpus.arrow")) as file:
        assert pa.ipc.open_file(file).num_record_batches == 3


def test_the_worker_gives_plain_values(workspace: Workspace) -> None:
    payload = ImportRequest("Tiny", (upload(workspace, BEIR),)).to_dict()
    result = import_job(workspace, json.loads(json.dumps(payload)), SILENT)
    assert json.loads(json.dumps(result)) == result
    assert result["collection"] == "tiny"
    assert result["report"]["light"] == "green"


def test_further_columns_of_queries_come_through_the_import(workspace: Workspace) -> None:
    asked = '{"_id": "q1", "text": "x", "topic": "art", "metadata": {"year": 1999}}\n'
    files = {**BEIR, "queries.jsonl": asked}
    stored = workspace.collection(import_upload(workspace, files).collection)
    judged = stored.judged_queries("test")
    assert judged.extra == ["year", "topic"]
    row = next(row for row in judged.table.to_pylist() if row["query_id"] == "q1")
    assert (row["topic"], row["year"]) == ("art", "1999")
