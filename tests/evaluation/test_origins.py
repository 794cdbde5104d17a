from dataclasses import replace

from evaluation.collections.attaching import attach_job
from evaluation.collections.demo import DEMO, install_demo
from evaluation.collections.importing import import_job
from evaluation.origins import mark
from evaluation.probes.making import probe_job
from evaluation.progress import SILENT
from evaluation.workspace import Workspace
from tests.faults.changes import import_files, uploaded
from tests.sample import small_collection

LINKS = {"links.csv": "source,target\nd100,d101\n"}


def test_an_import_that_was_stored_before_its_worker_died_is_not_stored_again(
    workspace: Workspace,
) -> None:
    source = uploaded(workspace, import_files(1))
    payload = {"name": "Mine", "sources": [source], "origin": "first"}
    first = import_job(workspace, payload, SILENT)
    again = import_job(workspace, payload, SILENT)  # its upload is gone by now
    assert again["collection"] == first["collection"] == "mine"
    assert again["report"] == first["report"]
    assert [run["id"] for run in again["runs"]] == [run["id"] for run in first["runs"]]
    assert len(workspace.collections()) == 1
    other = payload | {"sources": [uploaded(workspace, import_files(1))], "origin": "second"}
    assert import_job(workspace, other, SILENT)["collection"] == "mine-2"


def test_runs_that_were_added_before_the_worker_died_are_told(workspace: Workspace) -> None:
    workspace.add_collection("Small", small_collection().save)
    source = uploaded(workspace, {"a.trec": "q1 Q0 d100 1 2.0 tag\n"})
    payload = {"sources": [source], "collection": "small", "origin": "first"}
    first = import_job(workspace, payload, SILENT)
    again = import_job(workspace, payload, SILENT)
    assert [run["id"] for run in again["runs"]] == [run["id"] for run in first["runs"]]
    assert len(workspace.runs("small")) == 1


def test_a_table_and_a_probe_are_stored_once_for_each_origin(workspace: Workspace) -> None:
    workspace.add_collection("Small", small_collection().save)
    table = {"collection": "small", "kind": "links", "source": uploaded(workspace, LINKS)}
    probe = {"collection": "small", "probe": "keywords", "parameters": {}, "queries": 3, "seed": 1}
    for _ in range(2):
        assert attach_job(workspace, table | {"origin": "first"}, SILENT)["rows"] == 1
        made = probe_job(workspace, probe | {"origin": "second"}, SILENT)["collection"]
    assert len(workspace.collections()) == 2
    assert workspace.discarded() == []
    workspace.discard("collections", made)
    probe_job(workspace, probe | {"origin": "second"}, SILENT)  # deleted: it is made again
    assert len(workspace.collections()) == 2


def test_a_demo_whose_process_died_before_it_was_noted_is_not_there_twice(
    workspace: Workspace,
) -> None:
    for name in DEMO:
        collection = replace(small_collection(), about={"demo": name})
        workspace.add_collection(name, collection.save)
    assert install_demo(workspace) == []


def test_a_mark_without_an_origin_changes_nothing(workspace: Workspace) -> None:
    mark(workspace.folder, "")
    assert list(workspace.folder.iterdir()) == []
