import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from evaluation.collections.collection import Collection, Corpus, Qrels, Queries, corpus_of
from evaluation.collections.exporting import FORMS, export_collection
from evaluation.errors import CancelledError, InputError, UnknownNameError
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import BEIR, RUN, import_upload
from tests.sample import random_run, small_collection

Make = Callable[[], Collection]
STRANGE = [
    "plain",
    "Topic: what a label looks like",
    "",
    " two  blanks and a line\nbreak\tand a tab ",
    "<b>tags</b> & &amp; &#10; entities </TEXT></DOC>",
    "\u00a0no-break\u2028line separator\u00ad",
    "北京 \U0001f600 é",
    '"quotes", commas \\ and backslashes',
]


def strange_collection() -> Collection:
    documents = [(f"d{n}", text[::-1], text) for n, text in enumerate(STRANGE)]
    queries = {f"q{n}": text for n, text in enumerate(STRANGE)}
    grades = {query_id: {"d0": 1, "d1": -1, "d2": 0} for query_id in queries}
    splits = {"test": Qrels.of_dict(grades), "dev": Qrels.of_dict({"q1": {"d3": 3}})}
    return Collection("Strange", corpus_of(documents), Queries.of(queries), splits)


def stored(workspace: Workspace, collection: Collection) -> dict[str, str]:
    collection_id = workspace.add_collection(collection.name, collection.save)
    return dict(workspace.collection_record(collection_id).record["fingerprints"])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [strange_collection, small_collection])
def test_what_is_written_is_read_back_as_the_same_collection(
    workspace: Workspace, tmp_path: Path, form: str, make: Make
) -> None:
    prints = stored(workspace, make())
    export_collection(make(), form, tmp_path / "a.zip")
    outcome = import_upload(workspace, {"a.zip": (tmp_path / "a.zip").read_bytes()})
    again = workspace.collection_record(outcome.collection).record
    assert again["fingerprints"] == prints
    assert again["splits"] == list(make().qrels)


def test_further_columns_travel_in_the_beir_form(workspace: Workspace, tmp_path: Path) -> None:
    columns = {"doc_id": ["a", "b"], "title": ["", ""], "text": ["x", "y"]}
    extra = {"year": ["1999", None], "author": [None, ""]}
    judged = {"test": Qrels.of_dict({"q": {"a": 1}})}
    collection = Collection(
        "C", Corpus(pa.table(columns | extra)), Queries.of({"q": "x y"}), judged
    )
    export_collection(collection, "beir", tmp_path / "a.zip")
    outcome = import_upload(workspace, {"a.zip": (tmp_path / "a.zip").read_bytes()})
    again = workspace.collection_record(outcome.collection).record["fingerprints"]
    assert again == stored(workspace, collection)


def test_a_collection_without_corpus_is_written_without_one(tmp_path: Path) -> None:
    runs_only = Collection(
        "Runs", None, Queries.of({"q": "x"}), {"test": Qrels.of_dict({"q": {"d": 1}})}
    )
    export_collection(runs_only, "trec", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["topics.trec", "qrels/test.txt"]
        assert archive.read("qrels/test.txt") == b"q 0 d 1\n"


def test_runs_travel_with_their_collection(workspace: Workspace, tmp_path: Path) -> None:
    collection, noisy = small_collection(), random_run(small_collection(), 3, 0.5)
    given = [("../a b", noisy), ("__a b", random_run(collection, 4, 1.0)), ("c", noisy.top(3))]
    export_collection(collection, "beir", tmp_path / "a.zip", runs=given)
    outcome = import_upload(workspace, {"a.zip": (tmp_path / "a.zip").read_bytes()})
    stored = workspace.runs(outcome.collection)
    assert [each.name for each in stored] == ["a_b", "a_b-2", "c"]
    for each, (_, run) in zip(stored, given, strict=True):
        again = workspace.run(outcome.collection, each.id)
        assert dict(again) == {query_id: hits for query_id, hits in run if hits}


def test_ids_with_blanks_cannot_be_written_as_trec_files(tmp_path: Path) -> None:
    judged = {"test": Qrels.of_dict({"q": {"a b": 1}})}
    collection = Collection("C", corpus_of([("a b", "", "x")]), Queries.of({"q": "x"}), judged)
    with pytest.raises(InputError, match="'a b' of C holds a blank"):
        export_collection(collection, "trec", tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_download_leaves_nothing(tmp_path: Path) -> None:
    class Stop:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            raise CancelledError

    with pytest.raises(CancelledError):
        export_collection(small_collection(), "beir", tmp_path / "a.zip", Stop())
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'trec'"):
        export_collection(small_collection(), "trek", tmp_path / "a.zip")


def test_the_workspace_has_a_place_for_downloads(workspace: Workspace) -> None:
    outcome = import_upload(workspace, {**BEIR, "run.trec": RUN})
    path, other = (workspace.export_path(outcome.collection, "beir") for _ in range(2))
    assert path != other  # two visitors at once write two files
    export_collection(workspace.collection(outcome.collection), "beir", path)
    assert path.parent == workspace.folder / "exports"
    assert zipfile.is_zipfile(path)
    with pytest.raises(UnknownNameError):
        workspace.export_path("../x", "beir")
