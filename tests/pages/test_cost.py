from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.endpoint_server import in_turn, says, serving
from tests.shown import address, named, open_page, sound, text_of
from tests.sliced import sliced_workspace

Sample = tuple[Workspace, str, str]


@pytest.fixture
def experiment(sample: Sample) -> str:
    """Two systems that were timed here, and an uploaded run that was not."""
    workspace, collection, _ = sample
    run = workspace.runs(collection)[0].id
    asked = {
        "name": "Timed",
        "collection": collection,
        "split": "test",
        "systems": [
            {"name": "Chance", "stage": "random"},
            {"name": "Words", "stage": "bm25"},
            {"name": "Mine", "stage": "run", "run": run},
        ],
    }
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def opened(experiment: str, **query: str) -> AppTest:
    return open_page("leaderboard", experiment=experiment, tab="cost", **query)


def costs(sample: Sample, experiment: str) -> list[float]:
    done = open_results(sample[0], experiment).done
    return sorted(row.figures["latency_p50_ms"] for row in done if row.figures["latency_ms"])


def test_without_a_limit_the_best_system_is_named_and_the_rest_said(experiment: str) -> None:
    text = text_of(opened(experiment))
    assert "Quality against cost" in text
    assert "Best: Words" in text
    assert "were not timed here: Mine" in text


def test_within_a_budget_the_best_of_those_that_fit_is_named(
    sample: Sample, experiment: str
) -> None:
    cheapest, dearest = costs(sample, experiment)
    text = text_of(opened(experiment, budget=repr(cheapest)))
    done = open_results(sample[0], experiment).done
    best = next(row.name for row in done if row.figures["latency_p50_ms"] == cheapest)
    assert f"Best within {cheapest:.3g} ms: {best}" in text
    text = text_of(opened(experiment, budget=repr(dearest * 2)))
    assert f"Best within {dearest:.3g} ms: Words" in text


def test_each_choice_of_the_budget_does_what_it_says(sample: Sample, experiment: str) -> None:
    # the last choice of MTEB's size filter lifts the limit although it names one
    known = costs(sample, experiment)
    slider = named(opened(experiment), "select_slider", "At most")
    assert list(slider.options) == [*(f"{cost:.3g} ms" for cost in known), "no limit"]
    timed = [row for row in open_results(sample[0], experiment).done if row.figures["latency_ms"]]
    for cost in known:
        app = opened(experiment, budget=repr(cost))
        assert named(app, "select_slider", "At most").value == cost
        fitting = [row for row in timed if row.figures["latency_p50_ms"] <= cost]
        best = max(fitting, key=lambda row: row.stored_scores()["nDCG@10"].mean())
        assert f"Best within {cost:.3g} ms: {best.name}" in text_of(app)
    app.select_slider[0].set_value(float("inf")).run()
    assert address(sound(app), "budget") == ""
    assert "within" not in text_of(app)


@pytest.mark.parametrize("budget", ["-1", "none", "nan", "1e999"])
def test_any_budget_in_the_address_gives_a_page(experiment: str, budget: str) -> None:
    assert "Quality against cost" in text_of(opened(experiment, budget=budget))


@pytest.mark.parametrize("cost", ["p95", "index", "build", "memory", "tokens", "money", "nonsense"])
def test_every_kind_of_cost_can_be_chosen(experiment: str, cost: str) -> None:
    text = text_of(opened(experiment, cost=cost))
    assert "Best: Words" in text
    if cost == "money":
        assert "per 1,000 queries" in text


def test_another_kind_of_cost_forgets_the_budget(experiment: str) -> None:
    app = opened(experiment, budget="0.001")
    named(app, "selectbox", "Cost").select("memory").run()
    sound(app)
    assert address(app, "cost") == "memory"
    assert address(app, "budget") == ""
    assert "Best: Words" in text_of(app)


def test_uploaded_runs_alone_have_no_costs_to_show(workspace: Workspace) -> None:
    text = text_of(opened(sliced_workspace(workspace, 8)))
    assert "Costs are measured when a system is run here" in text


@pytest.fixture
def written(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> str:
    """BM25, plain and with passages that a model at an endpoint imagined."""
    workspace, collection, _ = sample
    asked = {
        "name": "Written",
        "collection": collection,
        "split": "test",
        "systems": [
            {"name": "Words", "stage": "bm25"},
            {"name": "Imagined", "stage": "imagined", "inputs": [{"stage": "bm25"}]},
        ],
    }
    experiment = create(workspace, experiment_from_dict(asked))
    with serving(monkeypatch, in_turn(says("river market")), PRICE_IN="2", PRICE_OUT="10"):
        run_experiment(workspace, experiment, Quiet())
    return experiment


def columns(app: AppTest) -> Any:
    """The table of figures, a row by the name of its system."""
    (table,) = (frame.value for frame in app.dataframe if "Pareto set" in frame.value.columns)
    return {row["System"]: row for row in table.to_dict("records")}


def test_tokens_are_shown_per_query_and_those_of_the_cache_apart(written: str) -> None:
    table = columns(opened(written, cost="tokens"))
    assert table["Words"]["Tokens"] == 0
    # three passages for each query, 11 tokens read and 7 written for each of them
    assert table["Imagined"]["Tokens"] == pytest.approx(3 * (11 + 7))
    shown = [table["Imagined"][name] for name in ("read", "written", "from the cache")]
    assert shown == pytest.approx([33, 21, 0])


def test_money_takes_the_price_of_tokens_from_the_settings_until_somebody_says_another(
    written: str,
) -> None:
    app = opened(written, cost="money")
    assert named(app, "number_input", "Price per million tokens read").value == 2
    named(app, "number_input", "Price of this machine per hour").set_value(0.0).run()
    assert _money(app) == pytest.approx([0, 1000 * (33 * 2 + 21 * 10) / 1e6])
    named(app, "number_input", "Price per million tokens written").set_value(0.0).run()
    assert _money(sound(app)) == pytest.approx([0, 1000 * 33 * 2 / 1e6])


def _money(app: AppTest) -> list[object]:
    table = columns(app)
    return [table[name]["Money"] for name in ("Words", "Imagined")]


def test_who_uses_no_endpoint_is_asked_for_no_price_of_tokens(experiment: str) -> None:
    app = opened(experiment, cost="money")
    assert [box.label for box in app.number_input] == ["Price of this machine per hour"]
