import json

from evaluation.collections.import_request import ImportRequest, request_from_dict
from evaluation.collections.importing import inspect
from evaluation.collections.mapping import Mapping
from evaluation.collections.part import Part
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import BEIR, QRELS, QUERIES, import_upload, upload


def test_the_guess_for_each_file_is_shown_before_the_import(workspace: Workspace) -> None:
    table = "pid,passage\n1,one\n2,two\n"
    source = upload(workspace, {"things.csv": table, "queries.jsonl": QUERIES})
    shown = {entry["part"]["name"]: entry for entry in inspect(workspace, [source])}
    assert shown["queries.jsonl"]["part"]["role"] == "queries"
    assert shown["things.csv"]["part"]["mapping"]["columns"] == {"doc_id": "pid", "text": "passage"}
    assert shown["things.csv"]["columns"] == ["pid", "passage"]
    assert shown["things.csv"]["sample"] == [["1", "one"], ["2", "two"]]
    assert shown["things.csv"]["bytes"] == len(table)


def test_a_correction_takes_the_place_of_the_guess(workspace: Workspace) -> None:
    columns = {"doc_id": "a", "text": "c"}
    mapping = Mapping("corpus", columns, keep=("b",))
    part = Part("stuff.csv", "corpus", "table", mapping=mapping)
    table = "a,b,c\nd1,red,long text\nd2,blue,longer text\nd3,,x\n"
    files = {"stuff.csv": table, "queries.jsonl": QUERIES, "qrels.tsv": QRELS}
    outcome = import_upload(workspace, files, parts=(part,))
    corpus = workspace.collection(outcome.collection).corpus
    assert corpus is not None
    assert corpus.table.to_pylist()[0] == {
        "doc_id": "d1",
        "title": "",
        "text": "long text",
        "b": "red",
    }


def test_a_file_can_be_left_out(workspace: Workspace) -> None:
    files = {**BEIR, "more-queries.jsonl": '{"_id": "q3", "text": "third"}\n'}
    outcome = import_upload(workspace, files, parts=(Part("more-queries.jsonl", "ignored"),))
    assert workspace.collection(outcome.collection).queries.ids == ["q1", "q2"]


def test_a_file_of_no_known_kind_is_named_in_the_report(workspace: Workspace) -> None:
    outcome = import_upload(workspace, {**BEIR, "notes": "nothing much\nto see here\n"})
    found = {f.check: f for f in outcome.report.findings}["ignored-files"]
    assert (found.level, found.examples) == ("yellow", ("notes",))


def test_a_request_round_trips_through_json() -> None:
    mapping = Mapping("qrels", {"query_id": "q", "doc_id": "d"}, header=False)
    parts = (Part("a.csv", "qrels", "table", "dev", mapping), Part("b", "ignored"))
    request = ImportRequest("A", ("root:x",), parts, {"licence": "CC0"}, "some-id")
    assert request_from_dict(json.loads(json.dumps(request.to_dict()))) == request
