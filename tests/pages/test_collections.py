import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from evaluation import worker
from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.demo import add_demo
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.sample import small_collection
from tests.shown import address, elements, labels, named, open_page, plain, sound, text_of

DOCUMENTS = [("d1", "River", "a quiet river"), ("d2", "", "an old engine"), ("d3", "", "a violin")]
NASTY = "<script>alert(1)</script> ![x](http://evil.test/x.png) :red[x] $x$"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do the jobs themselves."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


@pytest.fixture
def work(workspace: Workspace) -> Callable[[], None]:
    """Do the oldest job that waits, as the worker would."""

    def do_one() -> None:
        jobs = Jobs(workspace.jobs_file)
        job = jobs.claim(("import",))
        assert job is not None
        worker.do(workspace, jobs, job)

    return do_one


def beir_zip(documents: list[tuple[str, str, str]] = DOCUMENTS, judged: str = "d1") -> bytes:
    """A small BEIR archive with one query."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        lines = [
            json.dumps({"_id": i, "title": title, "text": text}) for i, title, text in documents
        ]
        archive.writestr("small/corpus.jsonl", "\n".join(lines))
        archive.writestr("small/queries.jsonl", json.dumps({"_id": "q1", "text": "river"}))
        archive.writestr("small/qrels/test.tsv", f"query-id\tcorpus-id\tscore\nq1\t{judged}\t1\n")
    return buffer.getvalue()


def add(workspace: Workspace, name: str = "Small") -> str:
    return workspace.add_collection(name, replace(small_collection(), name=name).save)


def uploaded(*files: tuple[str, bytes]) -> AppTest:
    """The page for adding a collection after files were uploaded."""
    app = open_page("collections", add="upload")
    for name, content in files:
        elements(app, "file_uploader")[0].upload(name, content)
        sound(app.run())
    return app


# the list


def test_without_collections_the_page_says_how_to_get_one(workspace: Workspace) -> None:
    app = open_page("collections")
    assert "No collections yet" in text_of(app)
    named(app, "button", "Add a demo collection").click()
    sound(app.run())
    assert address(app, "add") == "demo"
    assert "SciFact" in text_of(app)


def test_each_collection_is_a_card_with_figures_and_traffic_light(workspace: Workspace) -> None:
    add(workspace)
    demo = add_demo(workspace, "xquad-zh")
    shown = text_of(open_page("collections"))
    assert "**48** documents · **8** queries · 8 judged in test" in shown
    assert "Not checked" in shown
    assert workspace.health(demo)["light"] == "yellow"
    assert "Worth a look" in shown


def test_a_long_list_can_be_narrowed_by_name(workspace: Workspace) -> None:
    for number in range(12):
        add(workspace, f"Collection {number}")
    app = open_page("collections")
    app.text_input[0].set_value("n 11")
    sound(app.run())
    shown = text_of(app)
    assert "Collection 11" in shown
    assert "Collection 3" not in shown


# one collection


def test_an_unknown_collection_is_answered_with_a_sentence(workspace: Workspace) -> None:
    add(workspace)
    app = open_page("collections", collection="smal")
    assert app.error[0].value.replace("\\", "").endswith("Did you mean 'small'?")
    named(app, "button", "All collections").click()
    sound(app.run())
    assert "Small" in text_of(app)


@pytest.mark.parametrize("hostile", ["../../etc", "<script>", "a/b", "x" * 300])
def test_a_hostile_address_is_answered_with_a_sentence(workspace: Workspace, hostile: str) -> None:
    app = open_page("collections", collection=hostile, tab=hostile, page=hostile, undo=hostile)
    assert "There is no collection called" in text_of(app)


def test_the_health_report_shows_counts_examples_and_advice(workspace: Workspace) -> None:
    app = open_page("collections", collection=add_demo(workspace, "scifact"))
    shown = text_of(app)
    assert "8 texts hold characters that come from reading one encoding as another." in shown
    assert "document 11616424\ndocument 12207167\ndocument 14615911" in shown
    assert "Write the file again as UTF-8" in shown
    splits = app.dataframe[0].value
    assert splits["Judged queries"].tolist() == [300, 809]
    assert [round(value, 2) for value in splits["Relevant per query"]] == [1.13, 1.14]


def test_licence_and_attribution_are_shown(workspace: Workspace) -> None:
    app = open_page("collections", collection=add_demo(workspace, "xquad-en"), tab="about")
    shown = text_of(app)
    assert "CC BY-SA 4.0" in shown
    assert "Artetxe, Ruder, Yogatama (ACL 2020)" in shown


def test_documents_are_searched_and_a_selected_one_is_shown_whole(workspace: Workspace) -> None:
    collection_id = add(workspace)
    app = open_page("collections", collection=collection_id, tab="documents", filter="VIOLIN")
    rows = app.dataframe[0].value
    assert 0 < len(rows) < 48
    assert all(
        "violin" in f"{t} {x}".lower() for t, x in zip(rows["title"], rows["text"], strict=True)
    )
    key = f"widget documents {collection_id} VIOLIN 1"
    app.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    sound(app.run())
    assert app.text[0].value == rows["text"][1]


def test_pages_of_documents_are_in_the_address(workspace: Workspace) -> None:
    documents = [(f"d{n:03d}", "", f"text {n}") for n in range(120)]
    queries, qrels = Queries.of({"q": "text"}), {"test": Qrels.of_dict({"q": {"d001": 1}})}
    big = Collection("Big", corpus_of(documents), queries, qrels)
    collection_id = workspace.add_collection("Big", big.save)
    app = open_page("collections", collection=collection_id, tab="documents", page="3")
    assert app.dataframe[0].value["doc_id"].tolist() == [f"d{n:03d}" for n in range(100, 120)]
    elements(app, "pagination")[0].set_value(2)
    sound(app.run())
    assert address(app, "page") == "2"
    assert app.dataframe[0].value["doc_id"].tolist()[0] == "d050"


def test_a_search_that_finds_nothing_says_so(workspace: Workspace) -> None:
    collection_id = add(workspace)
    for tab in ("documents", "queries", "judgements"):
        app = open_page("collections", collection=collection_id, tab=tab, filter="zzz")
        assert "Nothing holds “zzz”" in text_of(app)


def test_queries_are_shown_with_their_judgements_in_the_split(workspace: Workspace) -> None:
    app = open_page("collections", collection=add(workspace), tab="queries", filter="violin")
    rows = app.dataframe[0].value
    assert rows["query_id"].tolist() == ["q3"]
    assert rows["judged"].tolist() == [6]
    assert rows["relevant"].tolist() == [4]  # grades 0 1 2 0 1 2


def test_judgements_are_shown_beside_their_texts(workspace: Workspace) -> None:
    collection_id = add_demo(workspace, "scifact")
    app = open_page("collections", collection=collection_id, tab="judgements", split="train")
    first = app.dataframe[0].value.iloc[0]
    collection = workspace.collection(collection_id)
    assert first["query"] == collection.queries.text_of[first["query_id"]]
    assert (
        first["relevance"] == collection.split("train").by_query[first["query_id"]][first["doc_id"]]
    )
    elements(app, "button_group")[1].set_value("test")
    sound(app.run())
    assert address(app, "split") == "test"


def test_hostile_texts_and_names_show_as_they_are(workspace: Workspace) -> None:
    queries = Queries.of({"q": NASTY})
    corpus = corpus_of([("d", NASTY, NASTY)])
    nasty = Collection(NASTY, corpus, queries, {NASTY: Qrels.of_dict({"q": {"d": 1}})})
    collection_id = workspace.add_collection("nasty", nasty.save)
    for tab in ("health", "documents", "queries", "judgements", "runs", "about"):
        app = open_page("collections", collection=collection_id, tab=tab)
        drawn = [
            str(e.value) for kind in ("title", "markdown", "caption") for e in elements(app, kind)
        ]
        assert not [each for each in drawn if "![" in each or "<script>" in each], drawn


# rename, delete and the way back, download


def test_a_collection_is_renamed_and_an_empty_name_is_refused(workspace: Workspace) -> None:
    collection_id = add(workspace)
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
    assert "1 experiment uses it (Sample): it cannot be opened" in shown
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
    assert "'Busy' works on it" in text_of(app)
    assert labels(app).count("Delete") == 1


def test_a_download_is_refused_where_its_form_cannot_carry_the_ids(workspace: Workspace) -> None:
    from components import collection_actions

    blank = Collection("Blank", corpus_of([("d 1", "", "x")]), Queries.of({"q": "x"}), {})
    collection_id = workspace.add_collection("Blank", blank.save)
    from evaluation.collections.checks import health
    from evaluation.files import write_json

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


# adding


def test_an_uploaded_archive_is_imported_and_opened(
    workspace: Workspace, work: Callable[[], None]
) -> None:
    app = uploaded(("my data.zip", beir_zip()))
    shown = text_of(app)
    for part in ("small/corpus.jsonl", "small/queries.jsonl", "small/qrels/test.tsv"):
        assert part in shown
    named(app, "button", "Import").click()
    sound(app.run())
    assert "Waiting" in text_of(app) or "Starting" in text_of(app)
    work()
    sound(app.run())
    assert plain(app.title[0].value) == "my-data"
    assert workspace.collections()[0].record["documents"] == 3
    assert not list((workspace.folder / "uploads").glob("*"))


def test_the_columns_of_a_table_are_guessed_and_can_be_corrected(
    workspace: Workspace, work: Callable[[], None]
) -> None:
    table = b"key,heading,body,note\nd1,River,a quiet river,x\nd2,Engine,an old engine,y\n"
    app = uploaded(
        ("passages.csv", table),
        ("queries.tsv", b"q1\triver\n"),
        ("qrels.txt", b"q1 0 d1 1\n"),
    )
    title = named(app, "selectbox", "Title")
    assert named(app, "selectbox", "Text").value == "body"
    title.set_value("note")
    sound(app.run())
    preview = app.dataframe[0].value
    assert preview["Title"].tolist() == ["x", "y"]
    named(app, "text_input", "Name").set_value("Tables")
    named(app, "text_input", "Licence").set_value("CC0")
    named(app, "button", "Import").click()
    sound(app.run())
    work()
    stored = workspace.collections()[0]
    assert stored.name == "Tables"
    assert stored.record["about"] == {"licence": "CC0"}
    corpus = workspace.collection(stored.id).corpus
    assert corpus is not None
    assert corpus.documents(["d2"])[0] == {
        "doc_id": "d2", "title": "y", "text": "an old engine", "heading": "Engine"
    }  # fmt: skip


def test_a_table_without_names_is_read_by_the_place_of_its_columns(workspace: Workspace) -> None:
    app = uploaded(("corpus.csv", b"d1,a quiet river\nd2,an old engine\n"))
    named(app, "toggle", "The first line").set_value(False)
    sound(app.run())
    assert named(app, "selectbox", "Document id").value == "column 1"
    assert app.dataframe[0].value["Text"].tolist() == ["a quiet river", "an old engine"]


def test_a_missing_column_stands_in_the_way_and_says_so(workspace: Workspace) -> None:
    app = uploaded(("corpus.csv", b"text\na quiet river\nan old engine\n"))
    assert "No column is chosen for: Document id." in text_of(app)
    assert named(app, "button", "Import").disabled


def test_a_faulty_collection_is_refused_with_its_report(
    workspace: Workspace, work: Callable[[], None]
) -> None:
    app = uploaded(("bad.zip", beir_zip([*DOCUMENTS, ("d1", "", "again")])))
    named(app, "button", "Import").click()
    sound(app.run())
    work()
    sound(app.run())
    shown = text_of(app)
    assert "The collection was not stored" in shown
    assert "1 ids of the documents stand more than once" in shown
    assert "d1 (2 times)" in shown
    assert workspace.collections() == []
    assert named(app, "button", "Import")  # what was given is still there to be corrected


def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(workspace: Workspace) -> None:
    shown = text_of(uploaded(("broken.zip", b"PK\x03\x04 no archive")))
    assert "broken.zip is damaged, cut off, or not the archive its name says" in shown


def test_starting_over_deletes_what_was_uploaded(workspace: Workspace) -> None:
    app = uploaded(("my.zip", beir_zip()))
    assert list((workspace.folder / "uploads").iterdir())
    named(app, "button", "Start over").click()
    sound(app.run())
    assert not list((workspace.folder / "uploads").iterdir())
    assert "What was given" not in text_of(app)


def test_an_upload_in_the_address_that_is_not_there_is_no_upload(workspace: Workspace) -> None:
    for upload in ("0" * 32, "../..", "x"):
        app = open_page("collections", add="upload", upload=upload)
        assert "What was given" not in text_of(app)


def test_a_demo_collection_is_added_with_one_click(workspace: Workspace) -> None:
    app = open_page("collections", add="demo")
    assert labels(app).count("Add") == 4
    next(each for each in app.button if each.key == "widget demo xquad-en").click()
    sound(app.run())
    assert app.title[0].value == "XQuAD English"
    assert "Already here" in labels(open_page("collections", add="demo"))


def test_the_import_folder_of_the_server_is_offered(
    workspace: Workspace,
    work: Callable[[], None],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "no import folder" in text_of(open_page("collections", add="server"))
    root = tmp_path_factory.mktemp("root")
    monkeypatch.setenv("RANKLAB_IMPORT_ROOT", str(root))
    assert "is empty" in text_of(open_page("collections", add="server"))
    (root / "mine.zip").write_bytes(beir_zip())
    app = open_page("collections", add="server")
    named(app, "selectbox", "Folder or file").set_value("mine.zip")
    sound(app.run())
    named(app, "button", "Import").click()
    sound(app.run())
    work()
    sound(app.run())
    assert workspace.collections()[0].name == "mine.zip"
    assert (root / "mine.zip").exists()


def test_a_public_data_set_needs_an_id_and_becomes_a_job(workspace: Workspace) -> None:
    app = open_page("collections", add="hub")
    named(app, "button", "Import").click()
    sound(app.run())
    assert "The id is empty" in text_of(app)
    named(app, "text_input", "Id").set_value("beir/scifact/test")
    named(app, "button", "Import").click()
    sound(app.run())
    job = Jobs(workspace.jobs_file).live()[0]
    assert job.payload["sources"] == ["ir_datasets:beir/scifact/test"]


def test_an_import_can_be_cancelled_from_the_page(workspace: Workspace) -> None:
    app = uploaded(("my.zip", beir_zip()))
    named(app, "button", "Import").click()
    sound(app.run())
    named(app, "button", "Cancel").click()
    sound(app.run())
    jobs = Jobs(workspace.jobs_file).recent()
    assert [job.state for job in jobs] == ["cancelled"]
    assert named(app, "button", "Resume")
    assert named(app, "button", "Import")
