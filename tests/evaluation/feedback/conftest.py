"""Fixtures: a model with one dimension per word of the bridge collection."""

import warnings
from pathlib import Path

import pytest

from tests.axis_model import build_axis_model
from tests.bridge import vocabulary
from tests.evaluation.feedback.axis import AXIS, Bridge, fresh_bridge


@pytest.fixture(scope="session")
def axis_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("axis models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that save them
        build_axis_model(root / AXIS, vocabulary())
    return root


@pytest.fixture
def axis_root(axis_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(axis_models))
    return axis_models


@pytest.fixture
def bridge(axis_root: Path, tmp_path: Path) -> Bridge:
    return fresh_bridge(tmp_path)
