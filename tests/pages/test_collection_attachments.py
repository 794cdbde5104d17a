import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components import safe, services
from components.collection_attachments import _written
from evaluation.collections.attachments import concepts_of, links_of
from evaluation.files import write_json
from evaluation.workspace import Workspace
from tests.inline_worker import use_inline_worker
from tests.sample import random_run, small_collection
from tests.shown import address, labels, named, open_page, sound, text_of

NASTY = "<script>alert(1)</script> :red[x]"


@pytest.fixture
def small(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    use_inline_worker(monkeypatch)
    workspace.add_collection("Small", small_collection().save)
    return workspace


def opened(**query: str) -> Any:
    return open_page("collections", collection="small", tab="attachments", **query)


def uploaded(workspace: Workspace, name: str, text: str) -> str:
    path, source = workspace.places.new_upload(name)
    path.write_text(text, "utf-8")
    return source.removeprefix("upload:")[:32]


def test_a_collection_without_attachments_says_what_they_are_for(small: Workspace) -> None:
    shown = text_of(opened())
    assert "This collection has no concepts yet." in shown
    assert "This collection has no links yet." in shown
    assert "Columns `name` and `description`" in shown


def test_a_collection_of_runs_only_has_no_such_section(small: Workspace) -> None:
    collection = small_collection()
    runs_only = type(collection)("Runs", None, collection.queries, collection.qrels)
    small.add_collection("Runs", runs_only.save)
    small.add_run("runs", "one", random_run(collection, 1, 1.0), {})
    app = open_page("collections", collection="runs", tab="attachments")
    assert "no concepts yet" not in text_of(app)


def test_an_uploaded_list_is_added_by_a_job_and_shown(small: Workspace) -> None:
    upload = uploaded(small, "topics.csv", f"name,description\n{NASTY},about rivers\n")
    app = opened(upload=upload)
    named(app, "button", "Add as concepts").click()
    sound(app.run())
    sound(app.run())
    assert "1 concept from topics.csv" in text_of(app)
    assert app.dataframe[0].value.iloc[0, 0] == NASTY
    assert small.collection("small").attached_fingerprints.keys() == {"concepts"}


def test_a_faulty_list_is_answered_with_its_place(small: Workspace) -> None:
    upload = uploaded(small, "topics.csv", "name,description\n,about rivers\n")
    app = opened(upload=upload)
    named(app, "button", "Add as concepts").click()
    sound(app.run())
    sound(app.run())
    assert "topics.csv, line 2: `name` is empty." in text_of(app)
    assert "no concepts yet" in text_of(app)


def test_a_second_list_says_that_it_replaces_the_first(small: Workspace) -> None:
    small.add_attachment("small", "concepts", concepts_of({"a": "b"}), {})
    app = opened(upload=uploaded(small, "two.csv", "name,description\nx,y\n"))
    assert "It takes the place of the concepts above" in text_of(app)


def test_links_can_be_deleted_and_put_back(small: Workspace) -> None:
    small.add_attachment("small", "links", links_of({("d100", "d101"): 1.0}), {"left_out": 3})
    app = opened()
    assert "3 more that join no two documents of this collection were left out" in text_of(app)
    named(app, "button", "Delete links").click()
    sound(app.run())
    [button for button in app.button if button.label == "Delete"][-1].click()
    sound(app.run())
    assert "This collection has no links yet." in text_of(app)
    assert address(app, "undo")
    named(app, "button", "Undo").click()
    sound(app.run())
    assert "This collection has no links yet." not in text_of(app)
    assert labels(app).count("Delete links") == 1


def test_what_is_downloaded_holds_every_row_and_can_be_added_again(small: Workspace) -> None:
    concepts = {"=1+1": "a formula, in a text", NASTY: "", "-x": "line\nbreak"}
    small.add_attachment("small", "concepts", concepts_of(concepts), {})
    assert services.workspace().folder == small.folder
    lines = [json.loads(line) for line in _written("small", "concepts").decode().splitlines()]
    assert {line["name"]: line["description"] for line in lines} == concepts


def uploaded_vectors(workspace: Workspace, **rows: int) -> str:
    """Upload random vectors of six numbers as .npy files, as many rows as said by their names."""
    upload = ""
    for name, count in rows.items():
        path, source = workspace.places.new_upload(f"{name}.npy", upload)
        upload = source.removeprefix("upload:")[:32]
        np.save(path, np.random.default_rng(1).normal(size=(count, 6)).astype(np.float32))
    return upload


def test_vectors_are_added_by_a_job_shown_deleted_and_put_back(small: Workspace) -> None:
    app = opened(upload=uploaded_vectors(small, documents=48, queries=8))
    assert "This collection has no vectors yet." in text_of(app)
    named(app, "button_group", "What it holds").set_value("vectors").run()
    assert "in the order in which the collection lists them" in text_of(app)
    assert [box.value for box in app.selectbox if "What " in box.label] == ["documents", "queries"]
    assert named(app, "button", "Add vectors").disabled
    named(app, "text_input", "Name of the vectors").set_value(f"Mine {NASTY}").run()
    named(app, "button", "Add vectors").click()
    sound(app.run())
    sound(app.run())
    shown = text_of(app)
    assert "48 of 48 documents and 8 of 8 queries have a vector of 6 numbers" in shown
    assert any(safe.label(f"Mine {NASTY}") in each.value for each in app.markdown)
    kind = next(iter(small.collection("small").attached_fingerprints))
    next(button for button in app.button if button.label.startswith("Delete Mine")).click()
    sound(app.run())
    [button for button in app.button if button.label == "Delete"][-1].click()
    sound(app.run())
    assert small.attachments("small") == []
    named(app, "button", "Undo").click()
    sound(app.run())
    assert [item.id for item in small.attachments("small")] == [kind]


def test_faulty_vectors_are_answered_with_a_sentence(small: Workspace) -> None:
    app = opened(upload=uploaded_vectors(small, documents=47, queries=8))
    named(app, "button_group", "What it holds").set_value("vectors").run()
    named(app, "text_input", "Name of the vectors").set_value("Mine").run()
    named(app, "button", "Add vectors").click()
    sound(app.run())
    sound(app.run())
    assert "documents.npy holds 47 rows, and Small has 48 documents." in text_of(app)
    assert "This collection has no vectors yet." in text_of(app)


def test_a_set_says_what_it_lacks(small: Workspace) -> None:
    part = {"matched": 40, "missing": 8, "unknown": 2, "file": "d.parquet"}
    examples = {"missing_examples": ["d1", "d2", "d3"], "unknown_examples": ["x", "y"]}
    record = {"name": "Mine", "dimension": 6, "documents": part | examples,
              "queries": part | examples | {"missing": 0, "unknown": 0}}  # fmt: skip
    small.attach("small", "vectors-mine", lambda folder: write_json(folder / "record.json", record))
    shown = text_of(opened())
    assert "8 documents without a vector (d1, d2, d3 and others): never found" in shown
    assert "2 vectors in d.parquet left out" in shown


def test_what_is_too_large_to_upload_is_added_from_the_import_folder(
    small: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "import"
    root.mkdir()
    for name, count in (("documents", 48), ("queries", 8)):
        np.save(root / f"{name}.npy", np.ones((count, 3), np.float32))
    monkeypatch.setenv("RANKLAB_IMPORT_ROOT", str(root))
    app = opened()
    named(app, "button_group", "What it holds").set_value("vectors").run()
    named(app, "button_group", "Where it is").set_value("From the server").run()
    named(app, "multiselect", "Files").set_value(["documents.npy", "queries.npy"]).run()
    named(app, "text_input", "Name of the vectors").set_value("Mine").run()
    named(app, "button", "Add vectors").click()
    sound(app.run())
    sound(app.run())
    assert [item.id for item in small.attachments("small")] == ["vectors-mine"]
    assert (root / "documents.npy").exists()
