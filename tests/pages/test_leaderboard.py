import json
import shutil
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from evaluation import worker
from evaluation.experiment import experiment_from_dict
from evaluation.files import write_table
from evaluation.jobs import Jobs
from evaluation.seals import seal
from evaluation.store import add_failure, create, open_results
from evaluation.workspace import Workspace
from tests.shown import address, labels, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "start", lambda *_: None)


def table(app: AppTest) -> Any:
    """The leaderboard as a frame."""
    return app.dataframe[0].value


def test_without_experiments_the_page_says_what_to_do(workspace: Workspace) -> None:
    app = open_page("leaderboard")
    assert "No experiments yet" in text_of(app)
    assert any("Set up an experiment" in link.proto.label for link in app.get("page_link"))


def test_the_best_system_stands_first_with_its_mean(sample: Sample) -> None:
    workspace, _, experiment = sample
    app = open_page("leaderboard", experiment=experiment)
    results = open_results(workspace, experiment)
    means = {row.name: row.stored_scores()["nDCG@10"].mean() for row in results.done}
    shown = table(app)
    assert list(shown["System"]) == sorted(means, key=lambda name: -means[name])
    assert shown["nDCG@10"].tolist() == pytest.approx(sorted(means.values(), reverse=True))


def test_every_measure_of_the_experiment_has_a_column(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    measures = {"nDCG@10", "RR@10", "R@100", "AP", "P@10", "Judged@10"}
    assert measures <= set(table(app).columns)
    assert table(app)["Recall by depth"].map(len).tolist() == [
        15,
        15,
        15,
        20,
    ]  # as deep as each run goes


def test_the_baseline_has_no_difference_to_itself_and_the_others_have_one(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], baseline="0")
    shown = table(app).set_index("System")
    assert np.isnan(shown.loc["Random order", "Δ baseline"])
    assert shown.loc["Random order", "Separable"] == "baseline"
    gain = shown.loc["noise-0-5", "nDCG@10"] - shown.loc["Random order", "nDCG@10"]
    assert shown.loc["noise-0-5", "Δ baseline"] == pytest.approx(gain)
    assert shown.loc["noise-0-5", "Separable"] == "▲ better"


def test_the_page_says_over_which_queries_and_how_ties_are_broken(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    text = text_of(app)
    assert "Small · test · 8 queries · 4 systems" in text
    assert "Means are over all 8 judged queries" in text
    assert "Equal scores are ordered by document id, descending" in text
    assert "correction over 3 comparisons" in text


def test_another_measure_of_the_experiment_reorders_the_table(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    app.button_group[0].set_value("AP")
    sound(app.run())
    assert address(app, "measure") == "AP"
    assert list(table(app).columns).index("AP") < list(table(app).columns).index("nDCG@10")


def test_any_other_measure_can_be_typed(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    named(app, "text_input", "Any other measure").set_value("P@3")
    sound(app.run())
    assert address(app, "measure") == "P@3"
    assert "P@3" in table(app).columns
    assert text_of(app).count("Best P@3") == 1


def test_an_unknown_measure_in_the_address_is_answered_with_a_sentence(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], measure="NDGC@10")
    assert "Did you mean 'nDCG'?" in app.error[0].value.replace("\\", "")
    assert "nDCG@10" in table(app).columns


def test_an_unknown_experiment_in_the_address_is_answered_with_a_sentence(sample: Sample) -> None:
    app = open_page("leaderboard", experiment="sampel")
    assert "There is no experiment called 'sampel'. Did you mean 'sample'?" in text_of(app)
    assert not app.dataframe
    named(app, "selectbox", "Experiment").select(sample[2])
    sound(app.run())
    assert app.dataframe


def test_an_unknown_baseline_in_the_address_is_answered_with_a_sentence(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], baseline="17")
    assert "System 17 has no results here" in text_of(app)


def test_choosing_a_baseline_puts_it_into_the_address(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    named(app, "selectbox", "Baseline").select(2)
    sound(app.run())
    assert address(app, "baseline") == "2"
    assert table(app).set_index("System").loc["noise-1-0", "Separable"] == "baseline"


def test_a_deleted_collection_is_said(sample: Sample) -> None:
    workspace, collection, experiment = sample
    workspace.discard("collections", collection)
    app = open_page("leaderboard", experiment=experiment)
    assert "is no longer in the workspace. Put it back" in text_of(app)


def test_a_failed_system_stands_with_its_reason_and_the_rest_can_be_run(sample: Sample) -> None:
    workspace, _, experiment = sample
    folder = open_results(workspace, experiment).systems[2].folder
    shutil.rmtree(folder)
    add_failure(workspace, experiment, 2, "The model folder is empty. Choose another.")
    app = open_page("leaderboard", experiment=experiment)
    assert "1 system failed" in [found.label for found in app.expander]
    assert "The model folder is empty. Choose another." in text_of(app)
    assert len(table(app)) == 3
    named(app, "button", "Run the rest").click()
    sound(app.run())
    job = Jobs(workspace.jobs_file).of_experiment(experiment)
    assert job is not None
    assert job.state == "queued"


def test_an_experiment_at_work_shows_its_job_and_no_table_yet(sample: Sample) -> None:
    workspace, collection, _ = sample
    asked = {"name": "New", "collection": collection, "split": "test", "systems": [
        {"stage": "random", "name": "Random"}]}  # fmt: skip
    experiment = create(workspace, experiment_from_dict(asked))
    Jobs(workspace.jobs_file).submit("experiment", "New", {"experiment": experiment})
    app = open_page("leaderboard", experiment=experiment)
    assert "Cancel" in labels(app)
    assert not app.dataframe


def test_a_failed_query_leaves_no_mean_and_no_verdict(sample: Sample) -> None:
    import pyarrow as pa

    workspace, _, experiment = sample
    result = open_results(workspace, experiment).systems[1]
    columns = {name: values.copy() for name, values in result.stored_scores().items()}
    columns["nDCG@10"][3] = np.nan
    ids = open_results(workspace, experiment).query_ids
    write_table(result.folder / "scores.arrow", pa.table({"query_id": ids, **columns}))
    seal(result.folder)
    app = open_page("leaderboard", experiment=experiment)
    row = table(app).set_index("System").loc["noise-0-5"]
    assert np.isnan(row["nDCG@10"])
    assert row["Separable"] == "failed"
    assert table(app)["System"].tolist()[-1] == "noise-0-5"
    assert "did not answer 1 of 8 queries" in text_of(app)


def test_without_judgements_the_costs_are_shown_and_that_quality_is_not_known(
    sample: Sample,
) -> None:
    app = open_page("leaderboard", experiment=_unjudged(sample))
    assert "nothing can be said about quality" in text_of(app)
    assert "p50 ms" in table(app).columns
    assert not app.button_group


def test_the_plots_are_drawn(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    plots = [json.loads(plot.proto.spec) for plot in app.get("plotly_chart")]
    assert [len(plot["data"]) for plot in plots] == [4, 4]
    app.button_group[-1].set_value("curves")
    sound(app.run())
    spread = json.loads(app.get("plotly_chart")[1].proto.spec)
    assert {trace["type"] for trace in spread["data"]} == {"scatter"}


def test_the_menu_offers_tables_runs_and_the_experiment(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    offered = [button.proto.label for button in app.get("download_button")]
    assert offered[:11] == [
        "Report (HTML)", "Leaderboard (CSV)", "Leaderboard (Parquet)",
        "LaTeX, marks against the baseline", "LaTeX, marks for all pairs", "Single queries (CSV)",
        "Single queries (Parquet)", "Queries by systems (CSV)", "TREC runs (zip)", "TREC qrels",
        "Experiment (YAML)",
    ]  # fmt: skip


def test_hostile_names_show_as_text(sample: Sample) -> None:
    workspace, collection, _ = sample
    nasty = "<script>alert(1)</script> ![x](http://evil.test/x.png) :red[x]"
    systems = [{"name": nasty, "stage": "random"}, {"name": "b", "stage": "random", "seed": 1}]
    asked = {"name": nasty, "collection": collection, "split": "test", "systems": systems}
    from evaluation.running import Quiet, run_experiment

    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    for page in ("leaderboard", "compare", "query"):
        app = open_page(page, experiment=experiment)
        raw = [str(getattr(e, "value", "")) for e in [*app.markdown, *app.subheader, *app.caption]]
        raw += [str(element.proto.body) for element in app.get("html")]
        assert not [text for text in raw if "](http" in text or "<script" in text]


def _unjudged(sample: Sample) -> str:
    from evaluation.running import Quiet, run_experiment

    workspace, collection, _ = sample
    systems = [{"name": f"seed {seed}", "stage": "random", "seed": seed} for seed in (1, 2)]
    asked = {"name": "Unjudged", "collection": collection, "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def test_a_ticked_system_is_opened_stage_by_stage(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], systems="1")
    named(app, "button", "Stages").click()
    sound(app.run())
    assert app.title[0].value == "Stages"
    assert address(app, "systems") == "1"
