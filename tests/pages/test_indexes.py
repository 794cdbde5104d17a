import json

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.index_figures import families, index_points
from evaluation.store import open_results
from evaluation.workspace import Workspace
from tests.indexed import grid_experiment, types_experiment
from tests.inline_worker import no_worker
from tests.shown import address, labels, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


def charts(app: AppTest) -> list[list[dict[str, object]]]:
    return [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")]


def test_without_documents_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No documents yet" in text_of(open_page("indexes"))


def test_both_experiments_are_offered_with_their_size_and_started(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    app = open_page("indexes", collection=sample[1])
    assert "17 systems. Takes" in text_of(app)
    assert "30 systems. Takes" in text_of(app)
    named(app, "button", "Depth x width grid").click()
    sound(app.run())
    results = open_results(sample[0], address(app, "experiment"))
    assert len(results.systems) == 30
    assert results.experiment.baseline == "6 layers x 384"
    assert sample[0].jobs_file.exists()
    assert "Nothing to compare yet" in text_of(app)
    named(app, "button", "New comparison").click()
    sound(app.run())
    named(app, "button", "Compare index types").click()
    sound(app.run())
    assert len(open_results(sample[0], address(app, "experiment")).systems) == 17


def test_a_model_that_tells_nothing_gets_no_grid_and_a_sentence(sample: Sample) -> None:
    app = open_page("indexes", collection=sample[1])
    app.session_state["draft index model"] = "no such/model"
    sound(app.run())
    assert "does not tell its layers" in text_of(app)
    assert named(app, "button", "Depth x width grid").disabled


def test_index_types_are_shown_against_memory_and_latency(sample: Sample) -> None:
    experiment = types_experiment(*sample[:2])
    app = open_page("indexes", experiment=experiment)
    assert len(charts(app)) == 4
    results = open_results(sample[0], experiment)
    (family,) = families(results).values()
    scores = {r.number: r.stored_scores()["nDCG@10"] for r in family}
    points = index_points(results, family, scores, 48, 10)
    table = app.dataframe[0].value
    assert table["Recall of top 10"].tolist() == [point.recall.value for point in points]
    assert table["nDCG@10"].tolist() == [point.quality for point in points]
    assert table["nDCG@10 above exact"][1] == points[1].change.value != 0
    assert table["Bytes in memory per document"].tolist() == [point.memory for point in points]
    assert table["Recall of top 10"][0] == 1
    names = {str(trace["name"]) for trace in charts(app)[0]}
    assert {"flat", "binary", "hnsw, ef=100", "pq, shortlist 30"} <= names
    latency = {str(trace["name"]) for trace in charts(app)[1]}
    assert {"hnsw, m=8", "pq, 48 bytes"} <= latency


def test_measure_and_depth_come_from_the_address_and_go_there(sample: Sample) -> None:
    app = open_page("indexes", experiment=types_experiment(*sample[:2]), depth="1", measure="AP")
    assert {"AP", "Recall of top 1"} <= set(app.dataframe[0].value.columns)
    named(app, "segmented_control", "Hits to find").set_value(100)
    sound(app.run())
    assert address(app, "depth") == "100"
    assert "Recall of top 100" in app.dataframe[0].value.columns
    app = open_page("indexes", experiment=address(app, "experiment"), measure="nonsense", depth="x")
    assert "no values of nonsense" in text_of(app)
    assert "Recall of top 10" in app.dataframe[0].value.columns


def test_the_grid_is_three_maps(sample: Sample) -> None:
    app = open_page("indexes", experiment=grid_experiment(*sample[:2]))
    maps = charts(app)
    assert [found[0]["type"] for found in maps] == ["heatmap"] * 3
    assert maps[0][0]["x"] == ["32", "64", "128", "256", "384"]
    assert maps[0][0]["y"] == [str(layers) for layers in range(1, 7)]
    assert "Encoding, ms per document" in text_of(app)
    assert "CSV" in labels(app, "download_button")


def test_an_experiment_that_is_not_there_or_has_no_indexes_is_answered(sample: Sample) -> None:
    app = open_page("indexes", experiment="nothing-here")
    assert "nothing-here" in text_of(app)
    assert "Compare index types" in text_of(app)
    assert "Nothing to compare yet" in text_of(open_page("indexes", experiment=sample[2]))
    assert "no collection" in text_of(open_page("indexes", collection="gone"))
