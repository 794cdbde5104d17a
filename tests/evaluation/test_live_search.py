import time
from dataclasses import replace
from typing import Any

import pytest

from evaluation.collections.collection import Qrels, Queries
from evaluation.errors import InputError
from evaluation.live_search import known_query, search_job, typed_problems
from evaluation.progress import Progress
from evaluation.running import Quiet
from evaluation.system import system_from_dict
from evaluation.workspace import Workspace
from tests.sample import random_run, small_collection

BM25 = {"name": "BM25", "stage": "bm25"}


def search(workspace: Workspace, collection_id: str, **given: Any) -> dict[str, Any]:
    payload = {"collection": collection_id, "text": "river", "systems": [BM25], **given}
    return search_job(workspace, payload, Quiet())


@pytest.fixture
def collection_id(workspace: Workspace) -> str:
    return workspace.add_collection("Small", small_collection().save)


def test_each_system_answers_with_hits_best_first_and_its_time(
    workspace: Workspace, collection_id: str
) -> None:
    systems = [BM25, {"name": "Random", "stage": "random"}]
    found = search(workspace, collection_id, systems=systems)
    lexical, floor = found["answers"]
    assert [answer["name"] for answer in found["answers"]] == ["BM25", "Random"]
    scores = [score for _, score in lexical["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert {doc_id[:2] for doc_id, _ in lexical["hits"]} == {"d1"}  # topic 1 is the river
    assert len(floor["hits"]) == 48
    assert all(answer["milliseconds"] > 0 for answer in found["answers"])
    assert not any(answer["error"] for answer in found["answers"])


def test_the_depth_limits_every_answer(workspace: Workspace, collection_id: str) -> None:
    assert len(search(workspace, collection_id, depth=2)["answers"][0]["hits"]) == 2
    assert len(search(workspace, collection_id, depth=-5)["answers"][0]["hits"]) == 1


def test_the_first_search_builds_the_index_and_later_ones_use_it(
    workspace: Workspace, collection_id: str
) -> None:
    assert not list(workspace.cache.entries())
    search(workspace, collection_id)
    entries = list(workspace.cache.entries())
    assert [entry.kind for entry in entries] == ["index"] * 2  # the typed query's run is not kept
    search(workspace, collection_id, text="violin")
    assert [again.record for again in workspace.cache.entries()] == [e.record for e in entries]


def test_what_the_listener_takes_is_not_counted(workspace: Workspace, collection_id: str) -> None:
    class Slow(Quiet):
        def step(self, line: str) -> Progress:
            time.sleep(0.3)
            return super().step(line)

    tree = {"stage": "rrf", "inputs": [{"stage": "bm25"}, {"stage": "random"}]}
    payload = {"collection": collection_id, "text": "river", "systems": [tree]}
    (answer,) = search_job(workspace, payload, Slow())["answers"]
    assert answer["milliseconds"] < 300


def test_a_query_of_the_collection_is_recognised_whatever_its_case_and_blanks(
    workspace: Workspace, collection_id: str
) -> None:
    assert search(workspace, collection_id, text=" River   STUDY ")["query_id"] == "q1"
    assert search(workspace, collection_id, text="river studies")["query_id"] == ""


def test_of_two_queries_with_one_text_the_judged_one_is_meant() -> None:
    queries = Queries.of({"a": "same", "b": "same", "c": ""})
    collection = replace(
        small_collection(), queries=queries, qrels={"test": Qrels.of_dict({"b": {"d100": 1}})}
    )
    assert known_query(collection, "same") == "b"
    assert known_query(replace(collection, qrels={}), "same") == "a"
    assert known_query(collection, "  ") == ""


def test_an_uploaded_run_answers_queries_of_the_collection_only(
    workspace: Workspace, collection_id: str
) -> None:
    run = random_run(small_collection(), seed=1, noise=0.5)
    run_id = workspace.add_run(collection_id, "mine", run, {})
    systems = [{"name": "Mine", "stage": "run", "run": run_id}, BM25]
    known = search(workspace, collection_id, text="river study", systems=systems)
    assert [tuple(hit) for hit in known["answers"][0]["hits"]] == run.hits("q1")
    assert known["answers"][0]["milliseconds"] is None
    other = search(workspace, collection_id, text="rivers", systems=systems)
    assert "its own queries" not in other["answers"][1]["error"]
    assert "the collection's own queries only" in other["answers"][0]["error"]
    assert other["answers"][1]["hits"]


def test_a_system_that_cannot_answer_leaves_the_others_alone(
    workspace: Workspace, collection_id: str
) -> None:
    systems = [{"name": "Lost", "stage": "run", "run": "lost"}, BM25]
    found = search(workspace, collection_id, text="river study", systems=systems)
    assert "There is no uploaded run called 'lost'" in found["answers"][0]["error"]
    assert found["answers"][1]["hits"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_a_query_without_or_with_too_much_text_is_refused(
    text: str, workspace: Workspace, collection_id: str
) -> None:
    with pytest.raises(InputError, match=r"characters\. Type 1 to 10,000"):
        search(workspace, collection_id, text=text)


def test_without_documents_nothing_can_be_searched() -> None:
    collection = replace(small_collection(), corpus=None)
    (sentence,) = typed_problems(system_from_dict(BM25), collection, "")
    assert "needs documents" in sentence
