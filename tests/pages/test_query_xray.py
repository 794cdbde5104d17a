import pytest

from evaluation.measures.xray import xray
from evaluation.ordering import TieRule, order_ties
from evaluation.store import open_results
from evaluation.workspace import Workspace
from tests.pages.test_query import Sample, lists, query, runs_only
from tests.shown import address, named, open_page, sound, text_of


def test_a_click_on_a_value_takes_it_apart(sample: Sample) -> None:
    app = query(sample)
    assert "Click a value to see where it comes from" in text_of(app)
    app = query(sample, xray="1~nDCG@10~nDCG@10~descending")
    table = next(frame.value for frame in app.dataframe if "Adds" in frame.value)
    expected = open_results(sample[0], sample[2]).systems[1].stored_scores()["nDCG@10"][1]
    assert table["Adds"].sum() == pytest.approx(expected, abs=1e-9)
    assert "X-ray: nDCG@10 of noise-0-5" in text_of(app)
    assert named(app, "metric", "Sum").value == named(app, "metric", "Measured").value
    assert app.button(key="widget x-ray reset").disabled


def test_the_x_ray_follows_its_controls(sample: Sample) -> None:
    app = query(sample, xray="1~nDCG@10~nDCG@10~descending")
    named(app, "number_input", "Cut-off").set_value(3)
    sound(app.run())
    assert address(app, "xray") == "1~nDCG@10~nDCG@3~descending"
    named(app, "number_input", "Relevant from grade").set_value(2)
    sound(app.run())
    named(app, "button_group", "Gain").set_value(True)
    sound(app.run())
    named(app, "selectbox", "Equal scores").select(TieRule.WORST)
    sound(app.run())
    expected = "nDCG(dcg='exp-log2', gains={1: 0})@3"
    assert address(app, "xray") == f"1~nDCG@10~{expected}~worst"
    results = open_results(sample[0], sample[2])
    grades = {f"d2{place:02d}": place % 3 for place in range(6)}
    hits = order_ties(results.systems[1].run().hits("q2"), TieRule.WORST, grades)
    value = xray([doc_id for doc_id, _ in hits], grades, expected).value
    assert named(app, "metric", "Sum").value == f"{value:.4f}"
    app.button(key="widget x-ray reset").click()
    sound(app.run())
    assert address(app, "xray") == "1~nDCG@10~nDCG@10~descending"
    app.button(key="widget x-ray close").click()
    sound(app.run())
    assert address(app, "xray") == ""


@pytest.mark.parametrize("measure", ["AP", "RR@10", "P@10", "R@100"])
def test_other_measures_are_taken_apart_too(sample: Sample, measure: str) -> None:
    app = query(sample, xray=f"3~{measure}~{measure}~descending")
    assert named(app, "metric", "Sum").value == named(app, "metric", "Measured").value


@pytest.mark.parametrize(
    "hostile",
    ["x", "1~AP", "99~AP~AP~descending", "1~AP~AP~sideways", "1~<b>~AP~best", "1~AP~RBP~best"],
)
def test_an_x_ray_of_nothing_is_answered_with_a_sentence(sample: Sample, hostile: str) -> None:
    app = query(sample, xray=hostile)
    assert len(app.error) == 1
    assert lists(app)


def test_the_x_ray_works_without_texts(workspace: Workspace) -> None:
    experiment = runs_only(workspace, "test")
    app = open_page("query", experiment=experiment, query="q1", xray="0~AP~AP~ascending")
    assert named(app, "metric", "Sum").value == "0.5000"


def test_a_typed_measure_stands_in_the_table_and_can_be_taken_apart(sample: Sample) -> None:
    typed = "nDCG(dcg='exp-log2')@5"
    app = query(sample, measure=typed, xray=f"1~{typed}~{typed}~descending")
    assert typed in app.dataframe[0].value
    assert named(app, "metric", "Sum").value == named(app, "metric", "Measured").value
