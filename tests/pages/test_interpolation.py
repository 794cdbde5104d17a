import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.experiment import Experiment
from evaluation.interpolation import FEEDBACKS, Interpolation
from evaluation.running import Quiet, run_experiment
from evaluation.stage import make_stage
from evaluation.store import create, open_results
from evaluation.system import Node, System
from evaluation.workspace import Workspace
from tests.axis_model import build_axis_model
from tests.inline_worker import no_worker, use_inline_worker
from tests.sample import FILLER, TOPICS
from tests.shown import address, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]
SPARSE = Node(make_stage("bm25", {"stemmer": "none"}))
DENSE = Node(make_stage("dense", {"model": "words"}))
PLAN = Interpolation(SPARSE, DENSE, (0.0, 0.5, 1.0), ("min-max", "none"), tuple(FEEDBACKS.values()))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that save it
        build_axis_model(root / "words", [*TOPICS, *FILLER])
    return root


@pytest.fixture
def ready(sample: Sample, models: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    """A workspace whose latest experiment has a dense retriever of one dimension per word."""
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(models))
    workspace, collection, _ = sample
    systems = (System("Words", SPARSE), System("Vectors", DENSE))
    return workspace, collection, create(workspace, Experiment("Two", collection, "test", systems))


def stored(ready: Sample, plan: Interpolation = PLAN, run: bool = True) -> str:
    workspace, collection, _ = ready
    asked = Experiment("Arms", collection, "test", plan.systems(), ("nDCG@10", "R@5"))
    experiment = create(workspace, asked)
    if run:
        run_experiment(workspace, experiment, Quiet())
    return experiment


def chart(app: AppTest) -> list[dict[str, Any]]:
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert isinstance(traces, list)
    return traces


def test_without_collections_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No collection yet" in text_of(open_page("interpolation"))


def test_a_grid_is_set_up_counted_started_and_read(
    ready: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_inline_worker(monkeypatch)
    app = open_page("interpolation", collection=ready[1])
    assert "44 systems" in text_of(app)
    named(app, "selectbox", "Sparse").select(SPARSE.stage.title())
    named(app, "selectbox", "Dense").select(DENSE.stage.title())
    named(app, "text_input", "Weight of the sparse").set_value("0, 0.5, 1")
    named(app, "button_group", "Feedback").set_value(["rocchio"])
    sound(app.run())
    assert "14 systems" in text_of(app)
    named(app, "button", "Start").click()
    sound(app.run())
    found = open_results(ready[0], address(app, "experiment"))
    assert [each.state for each in found.systems] == ["done"] * 14
    assert "The best of each arm" in text_of(app)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("a", "not understood"), ("-1", "not between 0 and 1"), ("", "no weight to try"),
     ("0:1:0.01", "makes 709 systems; 300 are the most")],
)  # fmt: skip
def test_what_cannot_be_tried_is_answered_and_not_started(
    ready: Sample, typed: str, said: str
) -> None:
    app = open_page("interpolation", collection=ready[1])
    named(app, "text_input", "Weight of the sparse").set_value(typed)
    sound(app.run())
    assert said in text_of(app)
    assert named(app, "button", "Start").disabled


def test_without_documents_there_is_nothing_to_mix(ready: Sample) -> None:
    workspace, collection_id, _ = ready
    bare = replace(workspace.collection(collection_id), corpus=None)
    runs_only = workspace.add_collection("Runs only", bare.save)
    app = open_page("interpolation", collection=runs_only)
    assert "Mixing takes a sparse and a dense side" in text_of(app)
    assert named(app, "button", "Start").disabled


def test_the_chart_has_a_line_per_arm_and_follows_the_choices(ready: Sample) -> None:
    app = open_page("interpolation", experiment=stored(ready))
    lines = {trace["name"]: trace for trace in chart(app)}
    mixes = ["Mixed before and after", "Mixed after", "Mixed before", "No feedback"]
    assert list(lines) == [*mixes, "Dense alone", "Sparse alone"]
    assert all(len(lines[name]["x"]) == 3 for name in mixes)
    assert [frame.value.shape[0] for frame in app.dataframe] == [6, 44]
    app.segmented_control(key="widget interpolated normaliser").set_value("none")
    app.segmented_control(key="widget interpolated feedback").set_value("average of 3")
    app.segmented_control(key="widget measure").set_value("R@5")
    sound(app.run())
    assert (address(app, "normaliser"), address(app, "feedback")) == ("none", "average of 3")
    assert "R@5 by weight" in text_of(app)


def test_numbers_are_those_of_the_experiment(ready: Sample) -> None:
    experiment = stored(ready)
    app = open_page("interpolation", experiment=experiment)
    results = open_results(ready[0], experiment)
    means = [each.stored_scores()["nDCG@10"].mean() for each in results.systems]
    table = app.dataframe[1].value
    assert sorted(table["nDCG@10"]) == pytest.approx(sorted(means))
    assert app.dataframe[0].value["nDCG@10"].max() == pytest.approx(max(means))


@pytest.mark.parametrize(
    "broken", [{"normaliser": "x"}, {"feedback": "y"}, {"pair": "z"}, {"measure": "what"}]
)
def test_any_text_in_the_address_leaves_a_sound_page(ready: Sample, broken: dict[str, str]) -> None:
    plan = Interpolation(SPARSE, DENSE, (0.5,), ("min-max",), (FEEDBACKS["rocchio"],))
    app = open_page("interpolation", experiment=stored(ready, plan), **broken)
    assert app.get("plotly_chart")


def test_an_experiment_without_arms_or_that_is_not_there_is_answered(ready: Sample) -> None:
    assert "nothing" in text_of(open_page("interpolation", experiment="nothing"))
    assert "there is nothing to draw" in text_of(open_page("interpolation", experiment="sample"))


def test_before_the_first_system_is_finished_the_page_waits(
    ready: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    app = open_page("interpolation", experiment=stored(ready, run=False))
    assert "No results yet" in text_of(app)
    use_inline_worker(monkeypatch)
    named(app, "button", "Run the rest").click()
    sound(app.run())
    assert "The best of each arm" in text_of(app)
    named(app, "button", "New grid").click()
    sound(app.run())
    assert "What is varied" in text_of(app)
