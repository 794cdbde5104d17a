import subprocess
import sys

import pytest

from components import readiness
from evaluation import worker
from evaluation.workspace import ROOT, Workspace
from tests.sample import sample_workspace


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    asked: list[Workspace] = []
    monkeypatch.setattr(worker, "prepare", asked.append)
    readiness._get_ready.clear()  # type: ignore[attr-defined]
    return asked


def test_a_first_visit_starts_the_worker_once(
    workspace: Workspace, prepared: list[Workspace]
) -> None:
    readiness.get_ready()
    readiness.get_ready()
    assert prepared == [workspace]


def test_where_experiments_were_run_nothing_is_started(
    workspace: Workspace, prepared: list[Workspace]
) -> None:
    sample_workspace(workspace.folder)
    readiness.get_ready()
    assert prepared == []


def test_a_warm_worker_has_loaded_what_the_first_job_needs_and_no_model_library() -> None:
    code = (
        "import sys; from evaluation import worker; worker.warm_up();"
        "assert set(worker.WARM) <= set(sys.modules);"
        "assert not {'torch', 'openvino', 'streamlit'} & set(sys.modules)"
    )
    outcome = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
