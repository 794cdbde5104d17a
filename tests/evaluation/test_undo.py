"""What is deleted comes back whole, and what hung on it works again."""

import numpy as np
import pytest

from evaluation.collections.attachments import concepts_of
from evaluation.errors import InputError, UnknownNameError
from evaluation.files import folder_sums
from evaluation.jobs import Jobs
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results, scores_of
from evaluation.undo import discard_jobs, discard_upload, put_back
from evaluation.workspace import Workspace
from tests.sample import sample_experiment

Sample = tuple[Workspace, str, str]


@pytest.fixture
def jobs(workspace: Workspace) -> Jobs:
    return Jobs(workspace.jobs_file)


def values(workspace: Workspace, collection: str, experiment: str) -> list[list[float]]:
    results = open_results(workspace, experiment)
    qrels = workspace.collection(collection).split("test")
    asked = ["nDCG@10", "AP"]
    return [
        scores_of(results, one.number, asked, qrels)[name].tolist()
        for one in results.done
        for name in asked
    ]


def test_a_collection_comes_back_with_runs_attachments_and_working_experiments(
    sample: Sample, jobs: Jobs
) -> None:
    workspace, collection, experiment = sample
    workspace.add_attachment(collection, "concepts", concepts_of({"a": "b"}), {})
    before, files = values(workspace, collection, experiment), folder_sums(workspace.folder)
    ticket = workspace.discard("collections", collection)
    with pytest.raises(UnknownNameError):
        workspace.collection(collection)
    assert put_back(workspace, jobs, ticket) == collection
    assert folder_sums(workspace.folder) == files
    assert values(workspace, collection, experiment) == before
    runs = [run.id for run in workspace.runs(collection)]
    again = create(workspace, sample_experiment(collection, runs))
    run_experiment(workspace, again, Quiet())
    np.testing.assert_allclose(values(workspace, collection, again), before, rtol=0, atol=1e-12)
    nodes = [node for one in open_results(workspace, again).done for node in one.figures["nodes"]]
    assert {node["reused"] for node in nodes} == {True}  # the cache serves it as before


def test_a_run_and_an_attachment_come_back_where_they_were(sample: Sample, jobs: Jobs) -> None:
    workspace, collection, _ = sample
    workspace.add_attachment(collection, "concepts", concepts_of({"a": "b"}), {})
    run = workspace.runs(collection)[0].id
    files = folder_sums(workspace.folder)
    tickets = [
        workspace.discard_run(collection, run),
        workspace.discard_attachment(collection, "concepts"),
    ]
    assert len(workspace.runs(collection)) == 2
    assert [put_back(workspace, jobs, ticket) for ticket in tickets] == [run, "concepts"]
    assert folder_sums(workspace.folder) == files


def test_what_belongs_to_a_collection_waits_for_it(sample: Sample, jobs: Jobs) -> None:
    workspace, collection, _ = sample
    run = workspace.discard_run(collection, workspace.runs(collection)[0].id)
    whole = workspace.discard("collections", collection)
    with pytest.raises(InputError, match="It belongs to Small, which is in the trash, too"):
        put_back(workspace, jobs, run)
    put_back(workspace, jobs, whole)
    put_back(workspace, jobs, run)
    assert len(workspace.runs(collection)) == 3
    run = workspace.discard_run(collection, workspace.runs(collection)[0].id)
    workspace.purge(workspace.discard("collections", collection))
    with pytest.raises(InputError, match="was deleted for good"):
        put_back(workspace, jobs, run)
    assert [item.id for item in workspace.discarded()] == [run]


def test_an_upload_comes_back_under_its_number(workspace: Workspace, jobs: Jobs) -> None:
    path, source = workspace.places.new_upload("corpus.jsonl")
    path.write_bytes(b"12345")
    ticket = discard_upload(workspace, jobs, source)
    assert not path.exists()
    (item,) = workspace.discarded()
    assert (item.name, item.record["bytes"]) == ("Upload of corpus.jsonl", 5)
    put_back(workspace, jobs, ticket)
    assert workspace.places.locate(source).read_bytes() == b"12345"


def test_an_upload_in_use_is_not_deleted(workspace: Workspace, jobs: Jobs) -> None:
    path, source = workspace.places.new_upload("corpus.jsonl")
    path.write_bytes(b"12345")
    jobs.submit("import", "Import it", {"sources": [source]})
    with pytest.raises(InputError, match="Import it"):
        discard_upload(workspace, jobs, source)
    assert path.exists()


def test_records_of_jobs_come_back_as_they_were(workspace: Workspace, jobs: Jobs) -> None:
    ids = [jobs.submit("import", f"Job {number}", {"name": "ä"}) for number in range(3)]
    jobs.claim(("import",))
    jobs.update(ids[0], plan=[{"name": "x", "state": "done", "error": ""}], done=3, total=7)
    jobs.finish(ids[0], "done", collection="small")
    jobs.cancel(ids[1])
    before = jobs.every()
    ticket = discard_jobs(workspace, jobs, ids)
    assert [job.id for job in jobs.every()] == [ids[2]]  # it waits, so it stays
    (item,) = workspace.discarded()
    assert item.name == "Record of the job Job 1 and 1 more"
    assert put_back(workspace, jobs, ticket)
    assert jobs.every() == before
    assert workspace.discarded() == []


def test_records_that_a_kill_left_in_both_places_are_not_doubled(
    workspace: Workspace, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.submit("import", "One", {})
    jobs.cancel(job)
    with monkeypatch.context() as killed:
        killed.setattr(Jobs, "forget", lambda *_: None)
        ticket = discard_jobs(workspace, jobs, [job])
    before = jobs.every()
    put_back(workspace, jobs, ticket)
    assert jobs.every() == before


def test_nothing_to_forget_makes_no_ticket(workspace: Workspace, jobs: Jobs) -> None:
    waiting = jobs.submit("import", "One", {})
    assert discard_jobs(workspace, jobs, [waiting, "unknown"]) == ""
    assert workspace.discarded() == []


def test_an_unknown_ticket_is_said(workspace: Workspace, jobs: Jobs) -> None:
    with pytest.raises(UnknownNameError):
        put_back(workspace, jobs, "../x")
