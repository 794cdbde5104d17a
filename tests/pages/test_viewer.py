"""A viewer sees everything and changes nothing; a full workspace takes nothing more."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import changes
from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.people import open_folder
from evaluation.turns import Turns
from evaluation.workspace import Workspace
from tests.evaluation.test_viewing import content
from tests.logins import ANA, BEN, VERA, known, visit
from tests.sample import sample_workspace
from tests.shown import sound, text_of


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workers that were started; none really is."""
    roles: list[str] = []
    monkeypatch.setattr(worker, "start", lambda _, role="jobs": roles.append(role))
    return roles


def buttons(app: AppTest) -> list[Any]:
    """Every button of a page, but the one that ends the visit."""
    return [button for button in app.button if button.label != "Log out"]


VIEWED = [
    ("overview", {}),
    ("leaderboard", {"experiment": "sample"}),
    ("slices", {"experiment": "sample"}),
    ("query", {"experiment": "sample", "query": "q1", "systems": "1,2"}),
    ("search", {"collection": "small", "text": "river"}),
    ("collections", {"collection": "small"}),
    ("collections", {"collection": "small", "tab": "runs"}),
    ("collections", {"collection": "small", "tab": "attached"}),
    ("collections", {"add": "upload"}),
    ("experiment", {"collection": "small"}),
    ("tuning", {"collection": "small"}),
    ("indexes", {"collection": "small"}),
    ("workspace", {"tab": "cache"}),
    ("workspace", {"tab": "experiments"}),
    ("workspace", {"tab": "jobs"}),
    ("workspace", {"tab": "trash"}),
]


@pytest.fixture
def team(workspace: Workspace) -> Workspace:
    """The team's workspace, with something of everything that can be changed."""
    Workspace.open(workspace.folder)
    team, collection_id, experiment_id = sample_workspace(workspace.folder)
    team.discard_run(collection_id, team.runs(collection_id)[0].id)
    jobs = Jobs(team.jobs_file)
    for _ in range(2):
        job_id = jobs.submit("experiment", "Over", {"experiment": experiment_id})
        jobs.claim(("experiment",))
        jobs.finish(job_id, "failed", "It failed.")
    return team


@pytest.mark.parametrize(("page", "query"), VIEWED)
def test_a_viewer_can_press_every_button_and_change_nothing(
    page: str, query: dict[str, str], team: Workspace, started: list[str]
) -> None:
    """What is on offer works without a refusal; what is off does nothing even if it is pressed."""
    before = content(team.folder)
    app = sound(visit(VERA, page, **query))
    for button in buttons(app):
        button._value = button.disabled  # as a browser could send it all the same
    sound(app.run())
    assert content(team.folder) == before
    for place, seen in enumerate(buttons(visit(VERA, page, **query))):
        if not seen.disabled:
            app = visit(VERA, page, **query)
            buttons(app)[place].click()
            sound(app.run())
            said = " ".join(each.value for each in app.error)
            assert "as a viewer" not in said, seen.label
            assert content(team.folder) == before, seen.label
    assert started == []


@pytest.mark.parametrize(
    ("page", "query", "label"),
    [
        ("overview", {}, "Run the demo"),
        ("collections", {"collection": "small"}, "Rename"),
        ("collections", {"collection": "small"}, "Delete"),
        ("workspace", {"tab": "cache"}, "Delete unused"),
        ("workspace", {"tab": "jobs"}, "Forget all that are over"),
        ("workspace", {"tab": "trash"}, "Restore"),
        ("workspace", {"tab": "trash"}, "Delete for good"),
    ],
)
def test_a_viewer_sees_why_a_button_is_off(
    page: str, query: dict[str, str], label: str, team: Workspace
) -> None:
    app = sound(visit(VERA, page, **query))
    found = [button for button in buttons(app) if button.label == label]
    assert found
    assert [(button.disabled, button.help) for button in found] == [(True, changes.OFF)] * len(
        found
    )


def test_a_viewer_searches_nothing(team: Workspace) -> None:
    app = sound(visit(VERA, "search", collection="small", text="river", systems="random"))
    assert Jobs(team.jobs_file).recent(kinds=("search",)) == []
    assert "A search is a job" in text_of(app)


# A full workspace


def test_a_full_workspace_starts_nothing_and_says_so(
    team: Workspace, monkeypatch: pytest.MonkeyPatch, started: list[str]
) -> None:
    monkeypatch.setenv("RANKLAB_WORKSPACE_GB", "0.0001")
    folder = open_folder(known(ANA), team.folder)
    sample_workspace(folder)
    app = sound(visit(ANA, "workspace", tab="experiments"))
    assert "of 100 kB used" in app.get("progress")[0].proto.text
    before = len(list((folder / "experiments").iterdir()))
    app = sound(visit(ANA, "overview"))
    next(button for button in app.button if button.label == "Compare the runs").click()
    sound(app.run())
    assert "This workspace has no room" in text_of(app)
    assert len(list((folder / "experiments").iterdir())) == before
    assert started == []


def test_an_upload_that_does_not_fit_is_not_stored(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_UPLOADS_GB", "0.000001")
    folder = open_folder(known(ANA), workspace.folder)
    app = sound(visit(ANA, "collections", add="upload"))
    app.file_uploader[0].upload("corpus.jsonl", bytes(1001))
    sound(app.run())
    assert "corpus.jsonl was not saved" in text_of(app)
    assert "0 bytes of 1 kB for uploads" in text_of(app)
    assert not list((folder / "uploads").rglob("*.jsonl"))
    app = sound(visit(ANA, "collections", add="upload"))
    app.file_uploader[0].upload("corpus.jsonl", bytes(999))
    sound(app.run())
    assert len(list((folder / "uploads").rglob("*.jsonl"))) == 1


def test_a_job_says_that_it_waits_for_somebody_else(workspace: Workspace) -> None:
    folder = open_folder(known(ANA), workspace.folder)
    job = Jobs(folder / "jobs.sqlite").submit("import", "Mine", {})
    with Turns(open_folder(known(BEN), workspace.folder), "jobs").take():
        app = sound(visit(ANA, "workspace", tab="jobs", job=job))
        assert "Waiting for a job of somebody else" in text_of(app) + str(app.get("progress"))
    app = sound(visit(ANA, "workspace", tab="jobs", job=job))
    assert "Waiting for a job of somebody else" not in text_of(app) + str(app.get("progress"))
