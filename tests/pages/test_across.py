import json
from typing import Any

import pytest

from evaluation.workspace import Workspace
from tests.evaluation.test_across_results import BM25, RANDOM, STEMLESS, add, run
from tests.shown import address, named, open_page, sound, text_of

Two = tuple[str, str]


@pytest.fixture
def two(workspace: Workspace) -> Two:
    """Two collections: random order on both, BM25 with and without stemmer on one each."""
    one, other = add(workspace, "One", 1), add(workspace, "Two", 2)
    run(workspace, one, RANDOM, BM25)
    run(workspace, other, RANDOM | {"name": "Chance"}, STEMLESS)
    return one, other


def test_without_results_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No results yet" in text_of(open_page("across"))


def test_systems_on_all_collections_are_shown_at_first(two: Two) -> None:
    app = open_page("across")
    shown = app.dataframe[0].value
    assert shown["System"].tolist() == ["Chance"]
    assert shown["Also called"].tolist() == ["Random order"]
    assert shown["Coverage"].tolist() == ["2 of 2"]
    assert "3 systems on any of the 2 collections, 1 on all of them" in text_of(app)
    assert "over all 2 collections" in text_of(app)


def test_a_missing_result_is_called_missing(two: Two) -> None:
    app = open_page("across", covering="any")
    shown = app.dataframe[0].value
    assert len(shown) == 3
    cells = shown.iloc[:, 5:7].to_numpy().ravel().tolist()
    assert cells.count("missing") == 2
    assert "so there is no mean" in text_of(app)
    assert shown["Mean"].isna().all()


def test_names_may_decide_what_is_the_same(two: Two) -> None:
    app = open_page("across")
    app.segmented_control(key="widget across rule").set_value("name")
    sound(app.run())
    assert address(app, "rule") == "name"
    shown = app.dataframe[0].value
    assert shown["System"].tolist() == ["BM25"]
    assert shown["Stages"].tolist() == ["bm25 @ 1000 · BM25: stemmer=none | bm25 @ 1000"]
    assert "Same name" in text_of(app)


def test_one_collection_alone_can_be_chosen(two: Two) -> None:
    app = open_page("across", tasks=f"{two[0]}:test")
    shown = app.dataframe[0].value
    assert sorted(shown["System"]) == ["BM25", "Random order"]
    assert shown["Borda"].tolist() == [1.0, 0.0]
    assert "★" in str(shown.iloc[0, -2])
    chart: dict[str, Any] = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert len(chart["data"]) == 1


def test_measure_and_covering_are_in_the_address(two: Two) -> None:
    app = open_page("across")
    app.segmented_control(key="widget across measure").set_value("AP")
    app.segmented_control(key="widget across covering").set_value("two")
    named(app, "multiselect", "Collections").set_value([f"{two[1]}:test"])
    sound(app.run())
    assert address(app, "measure") == "AP"
    assert address(app, "covering") == "two"
    assert address(app, "tasks") == f"{two[1]}:test"


@pytest.mark.parametrize(
    "broken",
    [
        {"tasks": "x:y"},
        {"tasks": "one:test,one:test"},
        {"rule": "?"},
        {"covering": "9"},
        {"measure": "nDCG@x"},
    ],
)
def test_any_text_in_the_address_leaves_a_sound_page(two: Two, broken: dict[str, str]) -> None:
    assert open_page("across", **broken).dataframe


def test_when_no_system_is_everywhere_the_page_says_what_to_do(workspace: Workspace) -> None:
    one, other = add(workspace, "One", 1), add(workspace, "Two", 2)
    run(workspace, one, BM25)
    run(workspace, other, RANDOM)
    assert "No system is on all of these" in text_of(open_page("across", covering="all"))
    at_first = open_page("across")
    assert sorted(at_first.dataframe[0].value["System"]) == ["BM25", "Random order"]
    assert at_first.segmented_control(key="widget across covering").value == "any"
