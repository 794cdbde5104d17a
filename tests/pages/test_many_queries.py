"""Ten thousand queries and a million hits: pages show aggregates, and rows when asked for."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.page_speed import build
from components import comparison_table, query_picker, stage_lists
from evaluation.run import Run
from tests.shown import address, open_page, sound, text_of

SYSTEMS, QUERIES, DEPTH = 2, 10_000, 50
SECONDS = 1.5  # of the processor, many times what it takes: the machine may be slow


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An experiment of a million hits; gives its id."""
    folder: Path = tmp_path_factory.mktemp("many")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RANKLAB_WORKSPACE", str(folder))
        yield build(folder, SYSTEMS, QUERIES, DEPTH)


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many hits each call asked for, where hits are taken out of a run one by one."""
    counts: list[int] = []
    whole = Run.hits

    def counted(run: Run, *args: Any, **named: Any) -> list[tuple[str, float]]:
        found = whole(run, *args, **named)
        counts.append(len(found))
        return found

    monkeypatch.setattr(Run, "hits", counted)
    return counts


def sent(app: AppTest) -> int:
    """How many bytes the elements of a page take on their way to the browser."""
    protos = [getattr(element, "proto", None) for element in app.main]
    return sum(proto.ByteSize() for proto in protos if proto is not None)


def seconds(app: AppTest) -> float:
    """What the processor takes to run a page again."""
    started = time.process_time()
    sound(app.run())
    return time.process_time() - started


# seen in trulens 2396, quepid 330 and the search relevance workbench, which stops at 10,000 rows
def test_the_leaderboard_shows_aggregates_of_many_queries(many: str, handed: list[int]) -> None:
    app = open_page("leaderboard", experiment=many)
    assert len(app.dataframe[0].value) == SYSTEMS
    assert handed == []
    assert sent(app) < 100_000
    assert seconds(app) < SECONDS


def test_all_of_many_queries_can_be_compared(many: str, handed: list[int]) -> None:
    app = open_page("compare", experiment=many, systems="0,1")
    assert len(app.dataframe[0].value) == QUERIES
    assert handed == []
    assert sent(app) < 300 * QUERIES  # a row each, and a point in each chart
    assert seconds(app) < SECONDS


def test_the_hits_of_one_of_many_queries_are_read_when_it_is_opened(
    many: str, handed: list[int]
) -> None:
    app = open_page("query", experiment=many, systems="0,1", query=f"query{QUERIES - 1}")
    assert address(app, "query") == f"query{QUERIES - 1}"
    assert 0 < sum(handed) <= 2 * SYSTEMS * DEPTH
    assert sent(app) < 150 * QUERIES  # the list to choose from
    assert seconds(app) < SECONDS


FEW = 50


@pytest.fixture
def few_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a hundred times as many queries: a list holds fewer than there are."""
    for module in (comparison_table, query_picker, stage_lists):
        monkeypatch.setattr(module, "MOST", FEW)


@pytest.mark.usefixtures("few_listed")
def test_the_first_of_too_many_compared_queries_are_listed(many: str) -> None:
    app = open_page("compare", experiment=many, systems="0,1")
    listed = app.dataframe[0].value
    assert len(listed) == FEW
    assert listed["Δ"].is_monotonic_decreasing
    assert f"The first {FEW} of {QUERIES:,}; the CSV has all." in text_of(app)


@pytest.mark.usefixtures("few_listed")
def test_a_query_beyond_the_list_can_be_opened_and_left_step_by_step(many: str) -> None:
    last = f"query{QUERIES - 1}"
    app = open_page("query", experiment=many, systems="0,1", query=last, order="file")
    chooser = app.selectbox(key=query_picker.QUERY)
    assert len(chooser.options) == FEW + 1
    assert chooser.value == QUERIES - 1
    sound(app.button(key="widget previous query").click().run())
    assert address(app, "query") == f"query{QUERIES - 2}"
    found = open_page("query", experiment=many, systems="0,1", order="file", filter=last)
    assert found.selectbox(key=query_picker.QUERY).value == QUERIES - 1  # the filter finds it


@pytest.mark.usefixtures("few_listed")
def test_the_first_of_too_many_queries_with_a_fate_are_listed(many: str) -> None:
    app = open_page("stages", experiment=many, systems="1")
    assert f"The first {FEW} are listed; the CSV has all." in text_of(app)
    assert FEW in [len(table.value) for table in app.dataframe]
