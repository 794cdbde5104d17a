import pytest

from evaluation.errors import UnknownNameError
from evaluation.stored_runs import fingerprint_run
from evaluation.workspace import Stored, Workspace, slug
from tests.sample import random_run, small_collection


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SciFact (test)", "scifact-test"),
        ("../../etc/passwd", "etc-passwd"),
        ("Über Größe", "uber-groe"),
        ("中文", "unnamed"),
        ("a" * 200, "a" * 48),
        ("-\x00-", "unnamed"),
    ],
)
def test_a_name_becomes_a_safe_id(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_collection_is_stored_listed_renamed_deleted_and_put_back(workspace: Workspace) -> None:
    collection = small_collection()
    first = workspace.add_collection("Small", collection.save)
    second = workspace.add_collection("Small", collection.save)
    assert (first, second) == ("small", "small-2")
    workspace.rename_collection(first, "Tiny")
    assert [stored.name for stored in workspace.collections()] == ["Small", "Tiny"]
    ticket = workspace.discard("collections", first)
    assert [stored.id for stored in workspace.collections()] == [second]
    assert workspace.discarded()[0].record["name"] == "Tiny"
    assert workspace.discarded()[0].record["bytes"] > 0
    assert workspace.restore(ticket) == first
    assert workspace.discarded() == []
    assert len(workspace.collection(first).queries) == 8


def test_an_id_in_the_trash_is_kept_free_for_what_may_come_back(workspace: Workspace) -> None:
    collection = small_collection()
    first = workspace.add_collection("Small", collection.save)
    ticket = workspace.discard("collections", first)
    assert workspace.add_collection("Small", collection.save) == "small-2"
    assert workspace.restore(ticket) == first == "small"


def test_an_id_that_an_experiment_names_never_comes_to_mean_other_data(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, collection, experiment = sample
    workspace.purge(workspace.discard("collections", collection))
    assert workspace.add_collection("Small", small_collection().save) == "small-2"
    workspace.purge(workspace.discard("experiments", experiment))
    assert workspace.add_collection("Small", small_collection().save) == "small"


def test_what_is_purged_from_the_trash_is_gone_for_good(workspace: Workspace) -> None:
    ticket = workspace.discard(
        "collections", workspace.add_collection("Small", small_collection().save)
    )
    folder = workspace.discarded()[0].folder
    workspace.purge(ticket)
    assert workspace.discarded() == []
    assert not folder.exists()
    assert not list(folder.parent.iterdir())
    with pytest.raises(UnknownNameError):
        workspace.restore(ticket)


@pytest.mark.parametrize(
    "item_id", ["../small", "", "SMALL", "small/../small", "x" * 99, "small\n"]
)
def test_ids_from_outside_never_become_paths(workspace: Workspace, item_id: str) -> None:
    workspace.add_collection("Small", small_collection().save)
    for ask in (workspace.collection, workspace.health, workspace.experiment_folder):
        with pytest.raises(UnknownNameError):
            ask(item_id)
    with pytest.raises(UnknownNameError):
        workspace.run("small", item_id)
    with pytest.raises(UnknownNameError):
        workspace.discard("collections", item_id)
    with pytest.raises(UnknownNameError):
        workspace.restore(item_id)
    with pytest.raises(UnknownNameError):
        workspace.purge(item_id)


def test_a_deleted_run_comes_back_to_its_collection(workspace: Workspace) -> None:
    collection = small_collection()
    collection_id = workspace.add_collection("Small", collection.save)
    run_id = workspace.add_run(collection_id, "mine", random_run(collection, 1, 1.0), {})
    ticket = workspace.discard_run(collection_id, run_id)
    assert workspace.runs(collection_id) == []
    assert workspace.discarded()[0].name == "mine"
    assert workspace.restore(ticket) == run_id
    assert [run.id for run in workspace.runs(collection_id)] == [run_id]
    assert workspace.discarded() == []


def test_a_run_stays_in_the_trash_while_its_collection_is_there_too(workspace: Workspace) -> None:
    collection = small_collection()
    collection_id = workspace.add_collection("Small", collection.save)
    run_id = workspace.add_run(collection_id, "mine", random_run(collection, 1, 1.0), {})
    with pytest.raises(UnknownNameError):
        workspace.discard_run(collection_id, "../mine")
    ticket = workspace.discard_run(collection_id, run_id)
    whole = workspace.discard("collections", collection_id)
    with pytest.raises(UnknownNameError, match="small"):
        workspace.restore(ticket)
    workspace.restore(whole)
    assert workspace.restore(ticket) == run_id


def test_an_uploaded_run_is_known_by_its_content(workspace: Workspace) -> None:
    collection = small_collection()
    collection_id = workspace.add_collection("Small", collection.save)
    run, other = random_run(collection, 1, 1.0), random_run(collection, 2, 1.0)
    first = workspace.add_run(collection_id, "mine", run, {})
    assert workspace.add_run(collection_id, "mine", run, {}) == first
    assert workspace.add_run(collection_id, "mine", other, {}) != first
    assert fingerprint_run(workspace.run(collection_id, first)) == fingerprint_run(run)


def test_changing_the_data_but_not_the_name_gives_other_fingerprints(workspace: Workspace) -> None:
    one = workspace.add_collection("Same", small_collection(seed=1).save)
    two = workspace.add_collection("Same", small_collection(seed=2).save)
    prints = [workspace.collection(item).fingerprints for item in (one, two)]
    assert prints[0]["corpus"] != prints[1]["corpus"]
    assert prints[0]["queries"] == prints[1]["queries"]


def test_a_collection_that_is_deleted_while_it_is_renamed_leaves_no_shell(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.add_collection("Small", small_collection().save)
    known = Workspace.collection_record

    def late(self: Workspace, collection_id: str) -> Stored:
        stored = known(self, collection_id)
        self.discard("collections", collection_id)
        return stored

    monkeypatch.setattr(Workspace, "collection_record", late)
    with pytest.raises(UnknownNameError, match="no collection called 'small'"):
        workspace.rename_collection("small", "Other")
    assert not (workspace.folder / "collections" / "small").exists()
