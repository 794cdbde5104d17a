from dataclasses import replace

import pytest

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.demo import add_demo
from evaluation.workspace import Workspace
from tests.sample import small_collection
from tests.shown import address, elements, named, open_page, sound, text_of

NASTY = "<script>alert(1)</script> ![x](http://evil.test/x.png) :red[x] $x$"


def add(workspace: Workspace, name: str = "Small") -> str:
    return workspace.add_collection(name, replace(small_collection(), name=name).save)


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
    assert "Texts with characters that come from reading one encoding as another: 8." in shown
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
    for tab in ("health", "documents", "queries", "judgements", "runs", "attachments", "about"):
        app = open_page("collections", collection=collection_id, tab=tab)
        drawn = [
            str(e.value) for kind in ("title", "markdown", "caption") for e in elements(app, kind)
        ]
        assert not [each for each in drawn if "![" in each or "<script>" in each], drawn
