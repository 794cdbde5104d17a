import json

import pytest
from streamlit.testing.v1 import AppTest

from components.stage_lists import QUERIES
from evaluation.collections.collection import Collection
from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.sample import random_run, small_collection
from tests.shown import address, labels, named, open_page, sound, text_of
from tests.staged import staged_experiment


@pytest.fixture
def experiment_id(workspace: Workspace) -> str:
    return staged_experiment(workspace)


def column(app: AppTest, table: int, name: str) -> list[object]:
    return list(app.dataframe[table].value[name])


def waterfall(app: AppTest) -> dict[str, int]:
    (chart,) = app.get("plotly_chart")
    (bars,) = json.loads(chart.proto.spec)["data"]
    shown = [text.partition(" ")[0].lstrip("-") for text in bars["text"]]
    return dict(zip(bars["customdata"], map(int, shown), strict=True))


def test_without_experiments_the_page_says_so(workspace: Workspace) -> None:
    assert "No experiments yet" in text_of(open_page("stages"))


def test_the_system_with_the_most_stages_is_shown_and_every_document_is_counted_once(
    experiment_id: str,
) -> None:
    app = open_page("stages", measure="P@2")
    assert column(app, 0, "Stage") == [
        "1 · BM25",
        "2 · Random order",
        "3 · Reciprocal rank fusion",
        "4 · Reciprocal rank fusion",
    ]
    assert column(app, 0, "Reads") == ["—", "—", "1, 2", "3, 1"]
    assert column(app, 0, "Depth") == [5, 9, 4, 6]
    steps = waterfall(app)
    total = steps.pop("All relevant documents")
    assert total == 8 * 4  # eight queries with grades 0, 1, 2, 0, 1, 2
    assert sum(steps.values()) == total
    assert sum(column(app, 1, "Relevant")) == total  # type: ignore[arg-type]
    assert len(column(app, 2, "Document")) == total
    assert "32 relevant documents of 8 queries" in text_of(app)


def test_a_fate_narrows_the_lists_and_is_in_the_address(experiment_id: str) -> None:
    app = open_page("stages", measure="P@2")
    choice = named(app, "selectbox", "What became of them")
    name, _, count = choice.options[-1].rstrip(")").rpartition(" (")
    sound(choice.select_index(len(choice.options) - 1).run())
    assert name == "In the final top 2"
    assert column(app, 2, "Became") == [name] * int(count)
    assert column(app, 1, name) == sorted(column(app, 1, name), reverse=True)  # type: ignore[type-var]
    assert address(app, "fate") == "5"
    assert "most such documents first" in text_of(app)


def test_a_click_opens_the_query_with_this_system(experiment_id: str) -> None:
    app = open_page("stages", systems="1")
    app.session_state[QUERIES] = {"selection": {"rows": [], "columns": [], "cells": [[0, "Query"]]}}
    sound(app.run())
    assert "Rankings" in text_of(app)
    assert address(app, "systems") == "1"


def test_deleted_runs_are_said_to_be_missing(workspace: Workspace, experiment_id: str) -> None:
    for entry in list(workspace.cache.entries()):
        workspace.cache.remove(entry.kind, entry.key)
    app = open_page("stages")
    assert "The runs of 1 · BM25, 2 · Random order, 3 · Reciprocal" in text_of(app)
    steps = waterfall(app)
    assert steps.pop("All relevant documents") == sum(steps.values()) == 32


@pytest.mark.parametrize("systems", ["7", "x", "1"])
def test_any_system_in_the_address_is_answered(systems: str, experiment_id: str) -> None:
    app = open_page("stages", systems=systems, fate="99")
    assert ("System 7 has no results" in text_of(app)) == (systems == "7")
    assert len(app.dataframe) == 3


def test_a_run_without_judgements_has_nothing_to_attribute(workspace: Workspace) -> None:
    whole = small_collection()
    collection_id = workspace.add_collection("R", Collection("R", None, whole.queries, {}).save)
    run_id = workspace.add_run(collection_id, "mine", random_run(whole, 1, 1.0), {})
    systems = [{"name": "Mine", "stage": "run", "run": run_id}]
    given = {"name": "Bare", "collection": collection_id, "systems": systems}
    experiment_id = create(workspace, experiment_from_dict(given))
    run_experiment(workspace, experiment_id, Quiet())
    assert "No judgements" in text_of(open_page("stages"))


def test_uploaded_runs_without_documents_have_fates_too(workspace: Workspace) -> None:
    whole = small_collection()
    bare = Collection("R", None, whole.queries, whole.qrels)
    collection_id = workspace.add_collection("R", bare.save)
    run_id = workspace.add_run(collection_id, "mine", random_run(whole, 1, 1.0), {})
    systems = [{"name": "Mine", "stage": "run", "run": run_id}]
    given = {"name": "B", "collection": collection_id, "split": "test", "systems": systems}
    run_experiment(workspace, create(workspace, experiment_from_dict(given)), Quiet())
    app = open_page("stages")
    assert waterfall(app)["All relevant documents"] == 32
    assert "CSV" in labels(app, "download_button")


def test_a_system_that_ends_in_a_cutoff_says_how_much_it_keeps(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    cut = {"stage": "adaptive-cutoff", "depth": 5, "inputs": [{"stage": "bm25"}]}
    systems = [{"name": "Cut", **cut}, {"name": "Lexical", "stage": "bm25"}]
    given = {"name": "C", "collection": collection_id, "split": "test", "systems": systems}
    run_experiment(workspace, create(workspace, experiment_from_dict(given)), Quiet())
    app = open_page("stages", systems="0")
    assert "Kept per query" in text_of(app)
    assert column(app, 1, "Rankings end by")[0] == "Cut-off"
    assert str(column(app, 1, "Rankings end by")[1]).startswith("Fixed depth ")
    assert len(app.get("plotly_chart")) == 2
    assert "Kept per query" not in text_of(open_page("stages", systems="1"))
