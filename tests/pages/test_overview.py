import numpy as np
import pytest

from evaluation import worker
from evaluation.experiment import Experiment
from evaluation.jobs import Jobs
from evaluation.running import Quiet, run_experiment
from evaluation.store import list_experiments, open_results
from evaluation.workspace import Workspace
from tests.shown import address, elements, labels, named, open_page, plain, sound, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed by itself here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def test_a_first_visit_has_three_ways_to_start(workspace: Workspace) -> None:
    app = open_page("overview")
    shown = text_of(app)
    for way in ("Try the demo", "Bring your own collection", "Compare run files"):
        assert way in shown
    assert "Recent experiments" not in shown
    assert "New experiment" not in labels(app)


def test_the_demo_is_made_and_queued_with_one_click(workspace: Workspace) -> None:
    app = open_page("overview")
    named(app, "button", "Run the demo").click()
    sound(app.run())
    record = list_experiments(workspace)[0]
    assert record["collection_name"] == "SciFact"
    assert record["split"] == "test"
    assert record["systems"][0] == "BM25"
    assert [job.payload for job in Jobs(workspace.jobs_file).live()] == [
        {"experiment": record["id"]}
    ]
    again = open_page("overview")
    assert "Run the demo" not in labels(again)
    assert named(again, "button", "Open its leaderboard")


def test_the_bundled_runs_are_compared_with_one_click(workspace: Workspace) -> None:
    app = open_page("overview")
    named(app, "button", "Compare the runs").click()
    sound(app.run())
    record = list_experiments(workspace)[0]
    assert len(record["systems"]) == 6
    results = run_experiment(workspace, record["id"], Quiet())
    assert [result.state for result in results.systems] == ["done"] * 6
    shown = text_of(open_page("overview"))
    assert "Best nDCG@10 0.7" in shown  # repllama; published 0.7241 is the best of the six


def test_bringing_a_collection_leads_to_the_upload(workspace: Workspace) -> None:
    app = open_page("overview")
    named(app, "button", "Add a collection").click()
    sound(app.run())
    assert app.title[0].value == "Add a collection"
    assert address(app, "add") == "upload"


def test_later_visits_show_experiments_with_their_best_system(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, collection_id, experiment_id = sample
    app = open_page("overview")
    results = open_results(workspace, experiment_id)
    means = {r.name: r.stored_scores()["nDCG@10"].mean() for r in results.systems}
    best = max(means, key=lambda name: means[name])
    metric = app.metric[0]
    assert plain(metric.label) == "Best nDCG@10"
    assert metric.value == f"{means[best]:.3f}"
    shown = text_of(app)
    assert best in shown
    assert "4 systems" in shown
    links = [each.proto.query_string for each in elements(app, "page_link")]
    assert f"experiment={experiment_id}" in links
    assert f"collection={collection_id}" in links


def test_an_experiment_whose_collection_was_deleted_says_so(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, collection_id, _ = sample
    workspace.discard("collections", collection_id)
    assert "There is no collection called" in text_of(open_page("overview"))


def test_running_jobs_are_followed_on_the_overview(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, experiment_id = sample
    Jobs(workspace.jobs_file).submit("experiment", "Again", {"experiment": experiment_id})
    app = open_page("overview")
    assert "**Again**" in text_of(app)
    assert named(app, "button", "Cancel")


def test_a_system_with_a_failed_query_is_not_called_the_best(
    sample: tuple[Workspace, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from components import experiment_card, services

    workspace, _, experiment_id = sample
    results = open_results(workspace, experiment_id)
    means = {0: 0.1, 1: np.nan, 2: 0.4, 3: 0.4}
    monkeypatch.setattr(services, "scores", lambda _, number, __: np.array([means[number], 0.4]))
    assert experiment_card.best_system(results) == ("nDCG@10", results.systems[2].name, 0.4)
    means.update(dict.fromkeys(range(4), np.nan))
    assert experiment_card.best_system(results) is None


def test_without_judgements_there_is_no_best_system(sample: tuple[Workspace, str, str]) -> None:
    from components import experiment_card
    from evaluation.store import create

    workspace, _, experiment_id = sample
    old = open_results(workspace, experiment_id).experiment
    unjudged = Experiment("Rankings only", old.collection, "", old.systems)
    new_id = create(workspace, unjudged)
    run_experiment(workspace, new_id, Quiet())
    assert experiment_card.best_system(open_results(workspace, new_id)) is None
    assert "No scores yet" in text_of(open_page("overview"))
