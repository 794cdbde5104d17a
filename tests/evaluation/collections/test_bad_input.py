import json
import re
from collections.abc import Mapping

import pytest

from evaluation.collections.import_request import ImportRequest, request_from_dict
from evaluation.collections.importing import import_collection
from evaluation.errors import InputError
from evaluation.workspace import Workspace
from tests.evaluation.collections.bad_files import CASES
from tests.evaluation.collections.uploads import (
    BEIR,
    CORPUS,
    QUERIES,
    Files,
    import_upload,
    listing,
    upload,
)


def answer(workspace: Workspace, files: Files) -> str:
    """Import and give the sentence about what is wrong."""
    try:
        outcome = import_upload(workspace, files)
    except InputError as error:
        return str(error)
    assert outcome.collection == "", "it was stored"
    return outcome.report.sentence()


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES)
def test_a_bad_input_is_answered_with_a_sentence_and_nothing_is_stored(
    workspace: Workspace, case: str
) -> None:
    (workspace.folder / "collections").mkdir()
    before = listing(workspace)
    files, what = CASES[case]
    sentence = answer(workspace, files())
    assert re.search(what, sentence), sentence
    assert re.fullmatch(r"[^\n\0]{20,600}\.", sentence)
    assert sentence.count(". ") >= 1, "it says what is wrong but not what to do"
    assert listing(workspace) == before


@pytest.mark.parametrize(
    "source",
    [
        "upload:../../etc/passwd",
        "upload:0123456789abcdef0123456789abcdef/../../jobs.sqlite",
        "root:../x",
        "demo:../../pyproject.toml",
        "/etc/passwd",
        "ir_datasets:../../etc/passwd",
        "hugging_face:../..",
        "hugging_face:evaluation/collections",
        "hugging_face:/etc",
    ],
)
def test_a_forged_source_is_answered_with_a_sentence(workspace: Workspace, source: str) -> None:
    before = listing(workspace)
    with pytest.raises(InputError) as fault:
        import_collection(workspace, ImportRequest("Forged", (source,)))
    assert re.fullmatch(r"[^\n]{20,400}\.", str(fault.value))
    assert listing(workspace) == before


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        {"sources": []},
        {"sources": "root:x"},
        {"sources": ["root:x"], "parts": 7},
        {"sources": ["root:x"], "about": ["x"]},
        {"sources": ["root:x"], "parts": [{"name": "a", "role": "x"}]},
    ],
)
def test_a_broken_request_is_answered_with_a_sentence(payload: object) -> None:
    with pytest.raises(InputError):
        request_from_dict(payload)


def test_the_same_file_in_two_sources_is_refused(workspace: Workspace) -> None:
    sources = (upload(workspace, BEIR), upload(workspace, {"queries.jsonl": QUERIES}))
    with pytest.raises(InputError, match="was given twice"):
        import_collection(workspace, ImportRequest("Twice", sources))


ODD: Mapping[str, Files] = {
    "ids that look like paths": {
        "corpus.jsonl": '{"_id": "../../etc/passwd", "text": "x"}\n{"_id": "a\\\\c", "text": ""}',
        "queries.jsonl": '{"_id": "/root", "text": "z"}',
        "qrels/test.tsv": "query-id\tcorpus-id\tscore\n/root\t../../etc/passwd\t1\n",
    },
    "ids with blanks": {
        "corpus.jsonl": '{"_id": "a b", "text": "x"}',
        "queries.jsonl": '{"_id": "q 1", "text": "z"}',
        "qrels/test.tsv": "query-id\tcorpus-id\tscore\nq 1\ta b\t1\n",
    },
    "numbers as ids": {
        "corpus.jsonl": '{"_id": 7, "text": "x"}',
        "queries.jsonl": '{"_id": 1, "text": "z"}',
        "qrels/test.tsv": "query-id\tcorpus-id\tscore\n1\t7\t1\n",
    },
    "markup in texts": BEIR
    | {
        "corpus.jsonl": CORPUS
        + '\n{"_id": "x", "text": "<script>alert(1)</script> [a](javascript:b)"}'
    },
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_but_harmless_is_taken_as_it_is(workspace: Workspace, case: str) -> None:
    files = ODD[case]
    outcome = import_upload(workspace, files)
    collection = workspace.collection(outcome.collection)
    assert collection.corpus is not None
    given = [json.loads(line) for line in str(files["corpus.jsonl"]).splitlines()]
    assert collection.corpus.doc_ids.to_pylist() == [str(record["_id"]) for record in given]
    assert collection.corpus.table["text"].to_pylist() == [record["text"] for record in given]
    assert outcome.report.light != "red"
