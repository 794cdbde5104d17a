import io
import json
import zipfile
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from evaluation import one_job, worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.shown import elements, labels, named, open_page, plain, sound, text_of

DOCUMENTS = [("d1", "River", "a quiet river"), ("d2", "", "an old engine"), ("d3", "", "a violin")]


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
        one_job.do(workspace, jobs, job)

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


def uploaded(*files: tuple[str, bytes]) -> AppTest:
    """The page for adding a collection after files were uploaded."""
    app = open_page("collections", add="upload")
    for name, content in files:
        elements(app, "file_uploader")[0].upload(name, content)
        sound(app.run())
    return app


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
    assert "Ids of the documents that stand more than once: 1." in shown
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
    assert "**Upload of my.zip** takes" in text_of(app)
    assert list((workspace.folder / "uploads").iterdir())
    named(app, "button", "Delete").click()
    sound(app.run())
    assert not list((workspace.folder / "uploads").iterdir())
    assert "What was given" not in text_of(app)
    named(app, "button", "Undo").click()
    sound(app.run())
    assert "What was given" in text_of(app)


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
