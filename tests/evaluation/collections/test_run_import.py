import pytest

from evaluation.collections.import_request import ImportOutcome, ImportRequest
from evaluation.collections.importing import import_collection
from evaluation.errors import InputError, UnknownNameError
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import (
    BEIR,
    QUERIES,
    RUN,
    Files,
    gzipped,
    import_upload,
    listing,
    upload,
)


def runs_request(collection: str, source: str) -> ImportRequest:
    return ImportRequest("", (source,), collection=collection)


def add_runs(workspace: Workspace, collection: str, files: Files) -> ImportOutcome:
    return import_collection(workspace, runs_request(collection, upload(workspace, files)))


def test_run_files_with_judgements_are_a_collection_without_texts(workspace: Workspace) -> None:
    files: Files = {
        "qrels.txt": "q1 0 d1 1\nq2 0 d2 0\n",
        "runs/bm25.trec": RUN,
        "runs/x.trec.gz": gzipped(RUN),
    }
    outcome = import_upload(workspace, files)
    collection = workspace.collection(outcome.collection)
    assert collection.corpus is None
    assert collection.queries.text_of == {"q1": "", "q2": ""}
    assert [run.name for run in workspace.runs(outcome.collection)] == ["bm25", "x"]
    run = workspace.run(outcome.collection, outcome.runs[0]["id"])
    assert run.hits("q1") == [("d1", 3.5), ("d2", 2.5)]


def test_topics_give_the_queries_of_a_runs_only_collection_their_text(workspace: Workspace) -> None:
    files = {"qrels.txt": "q1 0 d1 1\nq9 0 d2 1\n", "topics.tsv": "q1\tfirst\n", "bm25.trec": RUN}
    outcome = import_upload(workspace, files)
    assert workspace.collection(outcome.collection).queries.text_of == {"q1": "first", "q9": ""}


def test_runs_are_added_to_a_collection_that_is_there(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR)
    added = add_runs(workspace, outcome.collection, {"my run.txt": RUN})
    assert [run["name"] for run in added.runs] == ["my run"]
    findings = {f["check"]: f for f in added.runs[0]["findings"]}
    assert findings["unknown-hits"]["examples"] == ["d9"]
    assert [run.name for run in workspace.runs(outcome.collection)] == ["my run"]


@pytest.mark.parametrize(
    ("run", "what"),
    [
        ("x1 Q0 d1 1 3.5 t\n", "none of its 1 queries is in Tiny"),
        ("q1 Q0 z1 1 3.5 t\n", "none of its 1 documents is in Tiny"),
    ],
)
def test_a_run_for_another_collection_is_refused(workspace: Workspace, run: str, what: str) -> None:
    outcome = import_upload(workspace, BEIR)
    before = listing(workspace)
    with pytest.raises(InputError, match=what):
        add_runs(workspace, outcome.collection, {"a.trec": RUN, "b.trec": run})
    assert listing(workspace) == before


def test_runs_for_a_collection_that_is_not_there_are_refused(workspace: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="no collection"):
        add_runs(workspace, "nowhere", {"a.trec": RUN})


def test_a_file_that_is_no_run_cannot_be_added_as_one(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR)
    with pytest.raises(InputError, match="no run file"):
        add_runs(workspace, outcome.collection, {"queries.jsonl": QUERIES})


def test_runs_of_the_same_file_name_are_told_apart_by_their_folders(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR)
    files = {"a/run.txt": RUN, "b/run.txt": RUN + "q2 Q0 d1 2 1.0 x\n", "other.txt": RUN}
    added = add_runs(workspace, outcome.collection, files)
    assert [run["name"] for run in added.runs] == ["a/run", "b/run", "other"]


def test_files_beside_added_runs_are_named_in_the_report(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR)
    source = upload(workspace, {"a.trec": RUN, "queries.jsonl": QUERIES})
    added = import_collection(workspace, runs_request(outcome.collection, source))
    assert [(f.check, f.examples) for f in added.report.findings] == [
        ("no-runs", ("queries.jsonl",))
    ]


class Watch:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int | None]] = []

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        if unit == "bytes":
            self.seen.append((done, total))


def test_progress_goes_on_over_plain_and_packed_runs_up_to_the_sum(workspace: Workspace) -> None:
    outcome = import_upload(workspace, BEIR)
    packed = gzipped(RUN)
    source = upload(workspace, {"a.trec": RUN, "b.trec.gz": packed, "c.trec": RUN})
    watch = Watch()
    import_collection(workspace, runs_request(outcome.collection, source), watch)
    total = 2 * len(RUN) + len(packed)
    assert {whole for _, whole in watch.seen} == {total}
    assert [done for done, _ in watch.seen] == sorted(done for done, _ in watch.seen)
    assert watch.seen[-1] == (total, total)
