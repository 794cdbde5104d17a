import os

import pytest

from evaluation import worker
from evaluation.workspace import Workspace
from tests.pages.pressing import press
from tests.sample import small_collection
from tests.shown import labels, open_page, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def test_deleted_things_are_put_back_or_deleted_for_good(workspace: Workspace) -> None:
    for name in ("One", "Two"):
        workspace.discard("collections", workspace.add_collection(name, small_collection().save))
    app = open_page("workspace", tab="trash")
    assert labels(app).count("Restore") == 2
    press(app, "Restore", 0)
    assert len(workspace.collections()) == 1
    press(app, "Delete for good", 0)
    assert "cannot be undone" in text_of(app)
    assert len(workspace.discarded()) == 1
    press(app, "Delete for good")
    assert workspace.discarded() == []
    assert "The trash is empty" in text_of(app)


def test_old_uploads_that_nobody_imported_can_be_deleted(workspace: Workspace) -> None:
    path, _ = workspace.places.new_upload("corpus.jsonl")
    path.write_bytes(b"12345")
    os.utime(path.parent, (1e9, 1e9))
    app = open_page("workspace", tab="trash")
    assert "1 upload · 5 bytes" in text_of(app)
    press(app, "Delete", 0)
    assert path.exists()
    press(app, "Delete")
    assert not path.exists()
    assert "never imported" not in text_of(app)
    press(app, "Undo")
    assert path.read_bytes() == b"12345"


def test_the_whole_trash_is_emptied_after_a_question(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    workspace.discard("collections", collection_id)
    workspace.discard("collections", workspace.add_collection("Two", small_collection().save))
    app = open_page("workspace", tab="trash")
    press(app, "Empty the trash")
    assert "1 experiment (Sample): stays closed for good" in text_of(app)
    assert len(workspace.discarded()) == 2
    press(app, "Delete for good")
    assert workspace.discarded() == []


def test_a_run_comes_back_after_its_collection(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    workspace.discard_run(collection_id, workspace.runs(collection_id)[0].id)
    workspace.discard("collections", collection_id)
    app = open_page("workspace", tab="trash")
    press(app, "Restore", 1)
    assert "It belongs to Small, which is in the trash, too" in text_of(app)
    press(app, "Restore", 0)
    press(app, "Restore", 0)
    assert len(workspace.runs(collection_id)) == 3
