import json
import sys
from collections.abc import Iterator
from pathlib import Path

import ir_datasets
import pytest
from ir_datasets.datasets.base import Dataset
from ir_datasets.formats import TrecQrels, TsvDocs, TsvQueries
from ir_datasets.util import LocalDownload

from evaluation.collections.hub import is_hub
from evaluation.collections.import_request import ImportRequest
from evaluation.collections.importing import import_collection
from evaluation.errors import CancelledError, InputError
from evaluation.workspace import Workspace

NAME = "ranklab-test/dev"


@pytest.fixture
def registered(tmp_path: Path) -> Iterator[str]:
    """A small data set that ir_datasets knows by name while the test runs."""
    contents = {
        "docs.tsv": "d1\tfirst document\nd2\tsecond document\n",
        "queries.tsv": "q1\tfirst\nq2\tsecond\n",
        "qrels.txt": "q1 0 d1 1\nq2 0 d2 2\n",
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    docs, queries, qrels = (LocalDownload(tmp_path / name) for name in contents)
    grades = {1: "relevant", 2: "very relevant"}
    dataset = Dataset(TsvDocs(docs), TsvQueries(queries), TrecQrels(qrels, grades))
    ir_datasets.registry.register(NAME, dataset)
    yield NAME
    del ir_datasets.registry._registered[NAME]


def test_a_data_set_of_ir_datasets_is_imported_by_its_id(
    workspace: Workspace, registered: str
) -> None:
    request = ImportRequest("From the hub", (f"ir_datasets:{registered}",))
    outcome = import_collection(workspace, request)
    collection = workspace.collection(outcome.collection)
    assert collection.corpus is not None
    assert collection.corpus.table.to_pylist() == [
        {"doc_id": "d1", "title": "", "text": "first document"},
        {"doc_id": "d2", "title": "", "text": "second document"},
    ]
    assert collection.queries.text_of == {"q1": "first", "q2": "second"}
    assert collection.qrels["dev"].by_query == {"q1": {"d1": 1}, "q2": {"d2": 2}}
    assert outcome.report.light == "green"


def test_an_import_from_a_hub_can_be_stopped(workspace: Workspace, registered: str) -> None:
    class Stop:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            raise CancelledError

    with pytest.raises(CancelledError):
        import_collection(workspace, ImportRequest("X", (f"ir_datasets:{registered}",)), Stop())
    assert workspace.collections() == []


@pytest.mark.parametrize(
    ("sources", "what"),
    [
        (["ir_datasets:no-such-thing"], "has no data set 'no-such-thing'"),
        (["ir_datasets:../x"], "is no data set id"),
        (["ir_datasets:a b"], "is no data set id"),
        (["hugging_face:a/b", "root:x"], "Give it alone"),
        (["root:x", "hugging_face:a/b"], "Give it alone"),
        (["hugging_face:tests/evaluation"], "also a folder of this server"),
    ],
)
def test_what_is_no_data_set_is_refused(
    workspace: Workspace, sources: list[str], what: str
) -> None:
    with pytest.raises(InputError, match=what):
        import_collection(workspace, ImportRequest("X", tuple(sources)))


@pytest.mark.parametrize(
    ("module", "source", "line"),
    [
        ("ir_datasets", "ir_datasets:vaswani", "pip install ir-datasets"),
        ("datasets", "hugging_face:BeIR/scifact", 'pip install "datasets>=4"'),
    ],
)
def test_a_missing_library_is_answered_with_the_line_that_installs_it(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    source: str,
    line: str,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=line):
        import_collection(workspace, ImportRequest("X", (source,)))


def test_only_a_name_in_a_hub_is_one() -> None:
    assert is_hub(["ir_datasets:vaswani"])
    assert not is_hub(["root:ir_datasets", "upload:x", json.dumps({})])
