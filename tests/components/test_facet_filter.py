from typing import Any

import pytest

from components import facet_filter
from components.leaderboard_table import board_of
from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.shown import address, named, open_page, text_of

Sample = tuple[Workspace, str, str]


@pytest.fixture
def mixed(sample: Sample) -> str:
    """An experiment with an uploaded run, a lexical system and a fusion of both."""
    workspace, collection, _ = sample
    run = workspace.runs(collection)[0].id
    lexical, uploaded = {"stage": "bm25"}, {"stage": "run", "run": run}
    systems: list[dict[str, Any]] = [
        {"name": "Words", **lexical},
        {"name": "Loaded", **uploaded},
        {"name": "Both", "stage": "rrf", "inputs": [lexical, uploaded]},
    ]
    asked = {"name": "Mixed", "collection": collection, "split": "test", "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def shown(app: Any) -> set[str]:
    return set(app.dataframe[0].value["System"])


def test_the_address_narrows_the_table_and_the_statistics_stay(mixed: str) -> None:
    whole = open_page("leaderboard", experiment=mixed)
    assert shown(whole) == {"Words", "Loaded", "Both"}
    app = open_page("leaderboard", experiment=mixed, facets="architecture:lexical")
    assert shown(app) == {"Words", "Both"}
    before = whole.dataframe[0].value.set_index("System").loc[["Words", "Both"]]
    after = app.dataframe[0].value.set_index("System").loc[["Words", "Both"]]
    assert before["Rank"].tolist() == after["Rank"].tolist()
    app = open_page("leaderboard", experiment=mixed, facets="architecture:lexical,training:unknown")
    assert shown(app) == {"Both"}


def test_values_that_nobody_knows_are_ignored_and_an_empty_choice_shows_all(mixed: str) -> None:
    for facets in ("no:such", "architecture:<script>", ":::,,", "architecture"):
        assert len(shown(open_page("leaderboard", experiment=mixed, facets=facets))) == 3
    none = "architecture:lexical,training:unknown,integration:none"
    app = open_page("leaderboard", experiment=mixed, facets=none)
    assert shown(app) == {"Words", "Loaded", "Both"}
    assert "No system has all of the ticked values" in text_of(app)


def test_ticking_a_value_writes_the_address(mixed: str) -> None:
    app = open_page("leaderboard", experiment=mixed)
    named(app, "button_group", "Integration").set_value(["fusion"]).run()
    assert address(app, "facets") == "integration:fusion"
    assert shown(app) == {"Both"}


def test_every_kind_has_its_best_system(sample: Sample, mixed: str) -> None:
    results = open_results(sample[0], mixed)
    board = board_of(results, 0, "nDCG@10")
    found = facet_filter.group_columns(board, "architecture")
    rows = dict(zip(found["Kind"], zip(found["Best"], found["nDCG@10"], strict=True), strict=True))
    means = {row.name: row.stored_scores()["nDCG@10"].mean() for row in results.done}
    assert rows == {
        "lexical": ("Words", means["Words"]),
        "unknown": ("Loaded", means["Loaded"]),
        "lexical + unknown": ("Both", means["Both"]),
    }
    assert found["nDCG@10"] == sorted(means.values(), reverse=True)


def test_the_section_kinds_follows_the_address(mixed: str) -> None:
    app = open_page("leaderboard", experiment=mixed, tab="kinds", group="integration")
    assert "by integration" in text_of(app)
    assert set(app.dataframe[0].value["Kind"]) == {"none", "unknown", "fusion + unknown"}
    app = open_page("leaderboard", experiment=mixed, tab="kinds", group="no such")
    assert "by architecture" in text_of(app)
