"""Fixtures for every test: a workspace of its own, few threads."""

import os
from pathlib import Path

import pytest

from evaluation import worker
from evaluation.models.folders import allow_downloads
from evaluation.workspace import Workspace
from tests.sample import sample_workspace

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def downloads() -> None:
    """Undo what a page run inside a test process has said: that it fetches no models."""
    allow_downloads(True)


@pytest.fixture(autouse=True)
def unprepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a page run inside a test process from starting a worker that nobody asked for."""
    monkeypatch.setattr(worker, "prepare", lambda _: None)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace that the application uses, too."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.setenv("RANKLAB_WORKSPACE", str(folder))
    return Workspace(folder)


@pytest.fixture
def sample(workspace: Workspace) -> tuple[Workspace, str, str]:
    """A workspace with a small collection and a finished experiment, with the ids of both."""
    return sample_workspace(workspace.folder)
