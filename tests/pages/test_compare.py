import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from evaluation.experiment import experiment_from_dict
from evaluation.measures.agreement import overlaps, top_lists
from evaluation.running import Quiet, run_experiment
from evaluation.store import Results, create, open_results
from evaluation.workspace import Workspace
from tests.shown import address, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


def compare(sample: Sample, **query: str) -> AppTest:
    return open_page("compare", **({"experiment": sample[2], "systems": "3,1"} | query))


def gains(sample: Sample, measure: str = "nDCG@10") -> np.ndarray[Any, Any]:
    """What system 1 gains over system 3, per query."""
    systems = open_results(sample[0], sample[2]).systems
    return systems[1].stored_scores()[measure] - systems[3].stored_scores()[measure]


def chosen(app: AppTest, key: str, **selection: Any) -> AppTest:
    empty: dict[str, Any] = {"rows": [], "columns": [], "cells": []}
    app.session_state[f"widget {key}"] = {"selection": empty | selection}
    return sound(app.run())


def test_without_experiments_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No experiments yet" in text_of(open_page("compare"))


def test_one_finished_system_is_not_enough(sample: Sample) -> None:
    workspace, collection, _ = sample
    asked = {"collection": collection, "split": "test", "systems": [{"stage": "random"}]}
    experiment = create(workspace, experiment_from_dict(asked))
    assert "No results yet" in text_of(open_page("compare", experiment=experiment))
    run_experiment(workspace, experiment, Quiet())
    assert "One system alone" in text_of(open_page("compare", experiment=experiment))


def test_means_and_their_difference_are_shown(sample: Sample) -> None:
    app = compare(sample)
    systems = open_results(sample[0], sample[2]).systems
    means = [float(systems[n].stored_scores()["nDCG@10"].mean()) for n in (3, 1)]
    values = [metric.value for metric in app.metric]
    assert values[:2] == [f"{mean:.4f}" for mean in means]
    assert values[2] == f"{means[1] - means[0]:+.4f}"
    assert app.metric[3].label == "p-value"
    assert 0.0001 <= float(values[3].lstrip("< ")) <= 1


def test_wins_ties_and_losses_are_counted(sample: Sample) -> None:
    gain = gains(sample)
    text = text_of(compare(sample))
    assert f"{int((gain > 1e-9).sum())} wins" in text
    assert f"{int((abs(gain) <= 1e-9).sum())} ties" in text
    assert f"{int((gain < -1e-9).sum())} losses" in text


def test_the_table_is_ordered_by_signed_change(sample: Sample) -> None:
    app = compare(sample)
    shown = app.dataframe[0].value
    assert shown["Δ"].tolist() == pytest.approx(sorted(gains(sample), reverse=True))
    assert shown["Text"].str.endswith("study").all()
    assert (shown["Second"] - shown["First"]).tolist() == pytest.approx(shown["Δ"].tolist())


def test_bars_are_sorted_and_have_two_colours(sample: Sample) -> None:
    app = compare(sample)
    bars = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert [trace["type"] for trace in bars] == ["bar", "bar"]
    assert bars[0]["marker"]["color"] != bars[1]["marker"]["color"]


def test_swapping_turns_wins_into_losses(sample: Sample) -> None:
    app = compare(sample)
    app.button(key="widget swap").click()
    sound(app.run())
    assert address(app, "systems") == "1,3"
    gain = gains(sample)
    assert f"{int((gain > 1e-9).sum())} losses" in text_of(app)


def test_choosing_a_system_puts_the_pair_into_the_address(sample: Sample) -> None:
    app = compare(sample)
    assert named(app, "selectbox", "Second").options == ["Random order", "noise-0-5", "noise-1-0"]
    named(app, "selectbox", "Second").select(2)
    sound(app.run())
    assert address(app, "systems") == "3,2"


def test_without_a_choice_the_best_system_stands_against_the_baseline(sample: Sample) -> None:
    app = open_page("compare", experiment=sample[2], baseline="3")
    assert named(app, "selectbox", "First").value == 3
    assert named(app, "selectbox", "Second").value == 1


def test_systems_that_are_not_there_are_answered_with_a_sentence(sample: Sample) -> None:
    app = compare(sample, systems="3,77")
    assert "The address asks for systems 3, 77" in text_of(app)
    assert app.dataframe


@pytest.mark.parametrize("broken", ["", "x", "1", "1,1", "-1,2", "1,2,3,4,5,6,7,8,9", "²,1"])
def test_any_text_in_the_address_leaves_a_sound_page(sample: Sample, broken: str) -> None:
    assert compare(sample, systems=broken, measure="", baseline=broken).dataframe


def test_a_click_on_a_row_opens_the_query_with_both_systems(sample: Sample) -> None:
    app = compare(sample)
    query = app.dataframe[0].value["Query"][2]
    chosen(app, "query table", cells=[[2, "Query"]])
    assert address(app, "query") == query
    assert address(app, "systems") == "3,1"
    assert "Rankings" in text_of(app)


def test_a_click_on_a_bar_opens_the_query(sample: Sample) -> None:
    worst = int(np.argmin(gains(sample)))
    app = chosen(compare(sample), "difference bars", points=[{"customdata": worst}])
    assert address(app, "query") == f"q{worst + 1}"


def test_a_click_on_a_point_opens_the_query(sample: Sample) -> None:
    app = chosen(compare(sample), "score points", points=[{"customdata": [4]}])
    assert address(app, "query") == "q5"


def test_a_click_on_nothing_that_is_there_changes_nothing(sample: Sample) -> None:
    app = chosen(compare(sample), "score points", points=[{"customdata": 400}])
    assert "Compare" in [title.value for title in app.title]
    chosen(app, "query table", cells=[[400, "Query"]])
    assert "Compare" in [title.value for title in app.title]


def test_the_filter_takes_words_and_says_how_many_are_left(sample: Sample) -> None:
    app = compare(sample)
    named(app, "text_input", "Filter queries").set_value("VIOLIN study")
    sound(app.run())
    assert app.dataframe[0].value["Query"].tolist() == ["q3"]
    assert "1 of 8 queries; the figures above are over all of them" in text_of(app)
    assert address(app, "filter") == "VIOLIN study"


@pytest.mark.parametrize(
    "chosen",
    [{"filter": "violin"}, {"where": "1-3~nDCG@10~least~0.6"}, {"where": "3~nDCG@10~below~0.3"}],
)
def test_tests_are_over_all_queries_whatever_the_filter_leaves(
    sample: Sample, chosen: dict[str, str]
) -> None:
    # InspectorRAGet tests on the queries that a filter by outcome has left
    whole, app = compare(sample), compare(sample, **chosen)
    assert 0 < len(app.dataframe[0].value) < len(whole.dataframe[0].value) == 8
    figures = [[(m.label, m.value, m.delta) for m in page.metric] for page in (whole, app)]
    assert figures[0] == figures[1]
    assert f"{int((gains(sample) > 1e-9).sum())} wins" in text_of(app)
    charts = [
        [json.loads(c.proto.spec)["data"] for c in p.get("plotly_chart")] for p in (whole, app)
    ]
    assert charts[0] == charts[1]


def test_a_click_in_a_filtered_table_opens_the_query_that_is_shown(sample: Sample) -> None:
    app = chosen(compare(sample, filter="violin"), "query table", cells=[[0, "Text"]])
    assert address(app, "query") == "q3"


def test_another_measure_is_compared(sample: Sample) -> None:
    app = compare(sample, measure="AP")
    shown = app.dataframe[0].value["Δ"].tolist()
    assert shown == pytest.approx(sorted(gains(sample, "AP"), reverse=True))


def unjudged(sample: Sample) -> Results:
    workspace, collection, _ = sample
    systems = [{"name": f"seed {seed}", "stage": "random", "seed": seed} for seed in (1, 2)]
    asked = {"name": "Unjudged", "collection": collection, "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    return run_experiment(workspace, experiment, Quiet())


def test_without_judgements_the_queries_are_ordered_by_what_is_in_common(sample: Sample) -> None:
    results = unjudged(sample)
    app = open_page("compare", experiment=results.id)
    runs = [system.run() for system in results.systems]
    share = overlaps(*top_lists(runs, results.query_ids, 10))
    assert app.dataframe[0].value["In common"].tolist() == sorted(share)
    assert not app.metric


@pytest.mark.parametrize("order", ["tau", "rbo", "overlap", "apart", "flips", "spread"])
def test_the_table_shows_what_its_order_goes_by(sample: Sample, order: str) -> None:
    shown = compare(sample, order=order).dataframe[0].value
    values = shown.iloc[:, 0].tolist()
    assert values == sorted(values, reverse=order in ("flips", "spread"))
    assert shown.columns[1:4].tolist() == ["Δ", "First", "Second"]


def test_choosing_an_order_puts_it_into_the_address(sample: Sample) -> None:
    app = compare(sample)
    named(app, "selectbox", "Order").select("loss")
    sound(app.run())
    assert address(app, "order") == "loss"
    assert app.dataframe[0].value["Δ"].tolist() == pytest.approx(sorted(gains(sample)))


def test_conditions_of_a_link_open_the_same_list(sample: Sample) -> None:
    systems = open_results(sample[0], sample[2]).systems
    first, second = (systems[n].stored_scores()["nDCG@10"] for n in (3, 1))
    half = f"{np.median(first):.3f}"
    expected = {f"q{n + 1}" for n in range(8) if second[n] >= 0.8 and first[n] < float(half)}
    assert 0 < len(expected) < 8
    app = compare(sample, where=f"1~nDCG@10~least~0.8;3~nDCG@10~below~{half}")
    assert set(app.dataframe[0].value["Query"]) == expected
    assert f"{len(expected)} of 8 queries; the figures above are over all" in text_of(app)
    assert "noise-0-5: nDCG@10 at least 0.8" in text_of(app)


def test_a_condition_is_added_by_the_form_and_taken_away(sample: Sample) -> None:
    app = compare(sample)
    named(app, "selectbox", "System").select(1)
    named(app, "selectbox", "minus").select(3)
    named(app, "number_input", "number").set_value(0.2)
    named(app, "button", "Add condition").click()
    sound(app.run())
    assert address(app, "where") == "1-3~nDCG@10~least~0.2"
    expected = [value for value in gains(sample) if value >= 0.2 - 1e-9]
    assert len(app.dataframe[0].value) == len(expected)
    app.button(key="widget drop condition 0").click()
    sound(app.run())
    assert address(app, "where") == ""
    assert len(app.dataframe[0].value) == 8


@pytest.mark.parametrize("hostile", ["x", "0~<script>~least~1", "99~AP~least~0", "0~AP~least~nan"])
def test_a_filter_that_cannot_be_read_is_answered_with_a_sentence(
    sample: Sample, hostile: str
) -> None:
    app = compare(sample, where=hostile)
    assert len(app.error) == 1
    assert len(app.dataframe[0].value) == 8
