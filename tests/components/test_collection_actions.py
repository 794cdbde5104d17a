import io
import zipfile

from components import collection_actions
from evaluation.collections.checks import health
from evaluation.collections.collection import Collection, Queries, corpus_of
from evaluation.files import write_json
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.sample import small_collection
from tests.shown import address, elements, labels, named, open_page, plain, sound, text_of


def test_a_collection_is_renamed_and_an_empty_name_is_refused(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    app = open_page("collections", collection=collection_id)
    app.text_input[0].set_value("   ")
    named(app, "button", "Rename").click()
    sound(app.run())
    assert "The name is empty" in text_of(app)
    app.text_input[0].set_value("Müller & <b>")
    named(app, "button", "Rename").click()
    sound(app.run())
    assert workspace.collection_record(collection_id).name == "Müller & <b>"
    assert plain(app.title[0].value) == "Müller & <b>"


def test_deleting_tells_who_uses_it_and_can_be_undone(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    app = open_page("collections", collection=collection_id)
    named(app, "button", "Delete").click()
    sound(app.run())
    shown = text_of(app)
    assert "**Small** takes" in shown
    assert "1 experiment (Sample): stays closed until it is put back" in shown
    assert "3 uploaded runs (noise 0.5, noise 1.0, noise 3.0): each goes with it" in shown
    assert "5 cached indexes and rankings" in shown
    assert "can be put back for 30 days" in shown
    deleting = [button for button in app.button if button.label == "Delete"][-1]
    deleting.click()
    sound(app.run())
    assert workspace.collections() == []
    assert "Deleted **Small**" in text_of(app)
    named(app, "button", "Undo").click()
    sound(app.run())
    assert [stored.id for stored in workspace.collections()] == [collection_id]
    assert address(app, "undo") == ""


def test_a_collection_in_use_by_a_job_cannot_be_deleted(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, experiment_id = sample
    Jobs(workspace.jobs_file).submit("experiment", "Busy", {"experiment": experiment_id})
    app = open_page("collections", collection=collection_id)
    named(app, "button", "Delete").click()
    sound(app.run())
    assert "The job 'Busy' works with Small" in text_of(app)
    assert labels(app).count("Delete") == 1


def test_a_download_is_refused_where_its_form_cannot_carry_the_ids(workspace: Workspace) -> None:
    blank = Collection("Blank", corpus_of([("d 1", "", "x")]), Queries.of({"q": "x"}), {})
    collection_id = workspace.add_collection("Blank", blank.save)
    stored = workspace.collection_record(collection_id)
    write_json(stored.folder / "health.json", health(blank).to_dict())
    app = open_page("collections", collection=collection_id)
    disabled = {each.label: each.proto.disabled for each in elements(app, "download_button")}
    assert disabled["TREC (.zip)"]
    assert not disabled["BEIR (.zip)"]
    content = collection_actions._written(collection_id, "beir")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == ["corpus.jsonl", "queries.jsonl"]
    assert not list((workspace.folder / "exports").iterdir())
