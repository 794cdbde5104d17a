import json
import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.tuning_draft import TuningDraft
from evaluation.collections.collection import Collection
from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.tuning_results import read_tuning
from evaluation.workspace import Workspace
from tests.inline_worker import no_worker, use_inline_worker
from tests.sample import small_collection
from tests.shown import address, labels, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]
BM25 = {"name": "BM25", "stage": "bm25", "stemmer": "none"}
K1 = {"name": "k1", "values": [0.5, 1.0, 2.0]}
B = {"name": "b", "values": [0.0, 0.5, 1.0]}


def stored(sample: Sample, *parameters: object, system: object = BM25, run: bool = True) -> str:
    workspace, collection, _ = sample
    asked = {
        "name": "A grid",
        "collection": collection,
        "split": "test",
        "measures": ["nDCG@10", "R@5"],
        "grid": {"system": system, "parameters": list(parameters)},
    }
    experiment = create(workspace, experiment_from_dict(asked))
    if run:
        run_experiment(workspace, experiment, Quiet())
    return experiment


def draft_of(app: AppTest) -> TuningDraft:
    draft = app.session_state["draft tuning"]
    assert isinstance(draft, TuningDraft)
    return draft


def chart(app: AppTest) -> list[dict[str, object]]:
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert isinstance(traces, list)
    return traces


def test_without_collections_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No collection yet" in text_of(open_page("tuning"))


def test_a_grid_is_set_up_started_and_read(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    use_inline_worker(monkeypatch)
    app = open_page("tuning", collection=sample[1])
    assert named(app, "button", "Start").disabled
    named(app, "multiselect", "Parameters to vary").set_value([":k1", ":b"])
    sound(app.run())
    assert "30 settings** (5 x 6)" in text_of(app)
    named(app, "text_input", "BM25 · **k1**").set_value("0.5, 1, 2")
    named(app, "text_input", "BM25 · **b**").set_value("0:1:0.5")
    sound(app.run())
    assert "9 settings** (3 x 3)" in text_of(app)
    assert "Takes" in text_of(app)
    named(app, "button", "Start").click()
    sound(app.run())
    found = open_results(sample[0], address(app, "grid"))
    assert [each.state for each in found.systems] == ["done"] * 10
    assert found.experiment.grid
    assert found.experiment.baseline == "untuned"
    assert "Optimism" in text_of(app)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("a", "not understood"), ("-1", "k1 is -1"), ("", "no values to try"), ("0:1:1e-5", "500")],
)
def test_values_that_cannot_be_tried_are_answered_and_not_started(
    sample: Sample, typed: str, said: str
) -> None:
    app = open_page("tuning", collection=sample[1])
    named(app, "multiselect", "Parameters to vary").set_value([":k1"])
    sound(app.run())
    named(app, "text_input", "BM25 · **k1**").set_value(typed)
    sound(app.run())
    assert said in text_of(app)
    assert named(app, "button", "Start").disabled


def test_choices_and_weights_have_their_own_fields(sample: Sample) -> None:
    app = open_page("tuning", collection=sample[1])
    named(app, "selectbox", "System").select("Uploaded runs, weighted")
    sound(app.run())
    named(app, "multiselect", "Parameters to vary").set_value([":weights", ":normaliser"])
    sound(app.run())
    assert "198 settings** (66 x 3)" in text_of(app)
    named(app, "selectbox", "Weighted sum · **weights**").select("0.5")
    sound(app.run())
    assert "18 settings** (6 x 3)" in text_of(app)


def test_another_system_forgets_what_it_cannot_vary(sample: Sample) -> None:
    app = open_page("tuning", collection=sample[1])
    named(app, "multiselect", "Parameters to vary").set_value([":k1", ":depth"])
    sound(app.run())
    named(app, "selectbox", "System").select("Uploaded runs, fused")
    sound(app.run())
    assert list(draft_of(app).typed) == [":depth"]


def test_figures_are_those_of_the_engine(sample: Sample) -> None:
    grid = stored(sample, K1, B)
    app = open_page("tuning", grid=grid, folds="2")
    found = read_tuning(sample[0], open_results(sample[0], grid), "nDCG@10", 2).tuning
    values = [metric.value for metric in app.metric]
    assert found.gain
    assert values == [
        f"{found.in_sample:.4f}",
        f"{found.estimate:.4f}",
        f"{found.optimism:+.4f}",
        f"{found.gain.mean:+.4f}",
        f"{found.ceiling:.4f}",
    ]
    assert "Before you trust it" in text_of(app)
    assert app.dataframe[0].value["nDCG@10"].is_monotonic_decreasing
    assert app.dataframe[1].value["Queries"].tolist() == [4, 4]


def test_one_parameter_is_a_line_two_a_map_three_weights_a_triangle(sample: Sample) -> None:
    app = open_page("tuning", grid=stored(sample, K1))
    assert chart(app)[0]["type"] == "scatter"
    app = open_page("tuning", grid=stored(sample, K1, B))
    assert chart(app)[0]["type"] == "heatmap"
    runs = [{"stage": "run", "run": run.id} for run in sample[0].runs(sample[1])]
    three = {"stage": "weighted", "inputs": runs}
    weights = {"name": "weights", "step": "0.5"}
    app = open_page("tuning", grid=stored(sample, weights, system=three))
    assert chart(app)[0]["type"] == "scatterternary"
    four = {"stage": "weighted", "inputs": [*runs, {"stage": "random"}]}
    app = open_page("tuning", grid=stored(sample, weights, system=four))
    assert chart(app)[0]["type"] == "scatter"


def test_of_three_parameters_two_are_shown(sample: Sample) -> None:
    depth = {"name": "depth", "values": [5, 10]}
    app = open_page("tuning", grid=stored(sample, K1, B, depth))
    assert chart(app)[0]["type"] == "heatmap"
    assert "bm25 depth=" in text_of(app)
    named(app, "multiselect", "Parameters").set_value([2])
    sound(app.run())
    assert chart(app)[0]["type"] == "scatter"


def test_measure_and_folds_are_in_the_address(sample: Sample) -> None:
    app = open_page("tuning", grid=stored(sample, K1))
    app.segmented_control(key="widget grid measure").set_value("R@5")
    app.segmented_control(key="widget folds").set_value(2)
    sound(app.run())
    assert (address(app, "measure"), address(app, "folds")) == ("R@5", "2")
    found = read_tuning(sample[0], open_results(sample[0], address(app, "grid")), "R@5", 2)
    assert app.metric[0].value == f"{found.tuning.in_sample:.4f}"


@pytest.mark.parametrize("broken", [{"folds": "77"}, {"folds": "x"}, {"measure": "AP"}])
def test_any_text_in_the_address_leaves_a_sound_page(
    sample: Sample, broken: dict[str, str]
) -> None:
    assert open_page("tuning", grid=stored(sample, K1), **broken).metric


def test_a_grid_that_is_not_there_is_answered_with_a_sentence(sample: Sample) -> None:
    assert "nothing" in text_of(open_page("tuning", grid="nothing"))
    assert "no grid called 'sample'" in text_of(open_page("tuning", grid=sample[2]))


def test_before_the_first_setting_is_finished_the_page_waits(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    grid = stored(sample, K1, run=False)
    app = open_page("tuning", grid=grid)
    assert "No results yet" in text_of(app)
    use_inline_worker(monkeypatch)
    named(app, "button", "Run the rest").click()
    sound(app.run())
    assert app.metric


def test_the_best_setting_goes_into_an_experiment(sample: Sample) -> None:
    grid = stored(sample, K1)
    app = open_page("tuning", grid=grid)
    named(app, "button", "Take into an experiment").click()
    sound(app.run())
    draft = app.session_state["draft experiment"]
    best = read_tuning(sample[0], open_results(sample[0], grid)).tuning.best
    names = [drafted.system.name for drafted in draft.systems]
    assert names == ["BM25", f"BM25 (k1={[0.5, 1.0, 2.0][best]})"]
    assert "Everything is cached" in text_of(app)


def test_a_grid_is_copied_to_be_changed(sample: Sample) -> None:
    app = open_page("tuning", grid=stored(sample, K1, B))
    named(app, "button", "Change it").click()
    sound(app.run())
    assert draft_of(app).typed == {":k1": "0.5, 1.0, 2.0", ":b": "0.0, 0.5, 1.0"}
    assert not address(app, "grid")
    assert "**9 settings**" in text_of(app)
    assert "Everything is cached" in text_of(app)


def test_the_result_pages_send_a_grid_to_its_own_page(sample: Sample) -> None:
    grid = stored(sample, K1)
    for page in ("leaderboard", "compare", "query"):
        app = open_page(page, experiment=grid)
        assert "is a grid of settings" in text_of(app)
    assert named(open_page("leaderboard"), "selectbox", "Experiment").options == ["Sample"]


def test_the_lists_show_a_grid_as_one_line(sample: Sample) -> None:
    stored(sample, K1)
    assert "grid, 3 points" in text_of(open_page("overview")) or any(
        "grid" in label for label in labels(open_page("overview"), "badge")
    )
    app = open_page("workspace", tab="experiments")
    assert app.dataframe[0].value["Systems"].tolist()[0] == "grid, 3 points"


def test_a_collection_without_judgements_cannot_be_tuned(workspace: Workspace) -> None:
    whole = small_collection()
    bare = Collection("Bare", whole.corpus, whole.queries, {})
    workspace.add_collection("Bare", bare.save)
    app = open_page("tuning")
    assert "no judgements" in text_of(app)
    assert named(app, "button", "Start").disabled


def test_a_failed_setting_is_said_and_not_chosen(sample: Sample) -> None:
    grid = stored(sample, K1)
    folder = sample[0].experiment_folder(grid) / "systems"
    shutil.rmtree(folder / "1")
    (folder / "1.error").write_text("It broke.", "utf-8")
    app = open_page("tuning", grid=grid)
    assert "It broke." in text_of(app)
    assert "no value for every query" in text_of(app)
    assert np.isnan(app.dataframe[0].value["nDCG@10"].tolist()[-1])
