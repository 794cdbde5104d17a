import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from components import collection_upload, experiment_file
from components.collection_upload import safe_name
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.full_disk import sizes_limited
from tests.shown import address, elements, open_page, sound, text_of
from tests.sources import calls


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("corpus.jsonl.gz", "corpus.jsonl.gz"),
        ("BM25_best run.TREC", "BM25_best-run.trec"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\qrels.test.tsv", "qrels-test.tsv"),
        ("文档.csv", "file.csv"),
        (".bashrc", "bashrc"),
        ("..", "file"),
        ("", "file"),
        ("a.php.zip", "a-php.zip"),
        ("x" * 500 + ".csv", "x" * 80 + ".csv"),
        ("nul\x00byte.txt", "nul-byte.txt"),
    ],
)
def test_only_a_plain_stem_and_known_endings_are_kept(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text(max_size=60))
@settings(max_examples=300, derandomize=True)
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    made = safe_name(name)
    assert Path(made).name == made
    assert os.sep not in made
    assert not made.startswith(".")
    assert made.isascii()


def upload(app: AppTest, name: str, content: bytes) -> None:
    elements(app, "file_uploader")[0].upload(name, content)
    sound(app.run())


def test_files_are_saved_at_once_and_the_widget_is_empty_again(workspace: Workspace) -> None:
    app = open_page("collections", add="upload")
    upload(app, "corpus.jsonl", b'{"_id": "d1", "text": "x"}\n')
    upload(app, "../corpus.jsonl", b'{"_id": "d2", "text": "y"}\n')
    folder = workspace.folder / "uploads" / address(app, "upload")
    assert {path.name: path.read_bytes()[9:11] for path in folder.iterdir()} == {
        "corpus.jsonl": b"d1",
        "corpus-2.jsonl": b"d2",
    }
    assert not elements(app, "file_uploader")[0].value
    assert [path.name for path in (workspace.folder / "uploads").iterdir()] == [folder.name]


def test_a_file_that_meets_a_full_disk_is_named_and_leaves_nothing(workspace: Workspace) -> None:
    app = open_page("collections", add="upload")
    with sizes_limited(1000):
        upload(app, "corpus.jsonl", b"x" * 5000)
    assert "The disk is full: the file corpus.jsonl could not be written" in text_of(app)
    assert not [path for path in (workspace.folder / "uploads").rglob("*") if path.is_file()]
    upload(app, "corpus.jsonl", b"x" * 5000)
    saved = workspace.folder / "uploads" / address(app, "upload") / "corpus.jsonl"
    assert saved.read_bytes() == b"x" * 5000


def test_a_button_that_meets_a_full_disk_says_so_on_the_page(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, _, experiment = sample
    jobs = Jobs(workspace.jobs_file)
    job = jobs.submit("experiment", "Sample", {"experiment": experiment})
    jobs.finish(job, "failed", "x")
    app = open_page("workspace", tab="jobs", job=job)
    with sizes_limited(1000):
        sound(next(b for b in app.button if b.label == "Resume").click().run())
    assert "The disk is full: the list of jobs could not be written" in text_of(app)
    assert [each.id for each in jobs.recent()] == [job]


def test_a_saved_file_leaves_the_memory_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The manager's method is not public; this fails when another version has no such thing."""
    manager = MemoryUploadedFileManager("/upload")
    record = UploadedFileRec("file", "corpus.jsonl", "text/plain", b"x" * 1000)
    manager.add_file("session", record)
    context = SimpleNamespace(uploaded_file_mgr=manager, session_id="session")
    monkeypatch.setattr(collection_upload, "get_script_run_ctx", lambda: context)
    collection_upload.release(UploadedFile(record, FileURLs()))
    assert manager.get_files("session", ["file"]) == []


def test_every_upload_field_lets_go_of_what_it_took() -> None:
    fields = {where.partition(":")[0] for where, name, _ in calls("components", "pages")
              if name.endswith("file_uploader")}  # fmt: skip
    users = {"components/collection_upload.py", "components/experiment_file.py"}
    assert fields == users | {"components/changes.py"}  # which only hands on to Streamlit's
    for file in users:
        assert [name for _, name, _ in calls(file) if name == "release"], file

        assert not [where for where, name, _ in calls(file) if name.endswith("file.getvalue")]


def test_an_experiment_file_is_let_go_of_and_a_large_one_refused(
    sample: tuple[Workspace, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(experiment_file, "release", lambda file: gone.append(file.name))
    app = open_page("experiment", collection="small")
    upload(app, "large.yaml", b"#" * 1_000_001)
    assert "larger than one megabyte" in text_of(app)
    upload(app, "small.yaml", b"collection: nowhere\nsystems:\n- stage: random\n")
    assert "names the collection 'nowhere'" in text_of(app)
    assert gone == ["large.yaml", "small.yaml"]
