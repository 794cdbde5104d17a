"""Fixtures for the engine's tests: tiny models, and a place for converted ones."""

from pathlib import Path

import numpy as np
import pytest

from tests.axis_bridge import AXIS, Bridge, fresh_bridge
from tests.axis_model import build_axis_model
from tests.bridge import vocabulary
from tests.tiny_models import build_models


@pytest.fixture
def seed() -> int:
    """A seed drawn for this test alone; pytest shows it where the test fails."""
    return int(np.random.default_rng().integers(1 << 32))


@pytest.fixture(scope="session")
def built_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model root with the tiny models, built once."""
    import warnings

    root = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that save them
        build_models(root)
    return root


@pytest.fixture
def model_root(built_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny models as those the application finds; what it converts stays for the session."""
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(built_models))
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(built_models.parent / "converted"))
    return built_models


@pytest.fixture(scope="session")
def axis_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model root with a model that has one dimension per word of the bridge collection."""
    import warnings

    root = tmp_path_factory.mktemp("axis models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that save it
        build_axis_model(root / AXIS, vocabulary())
    return root


@pytest.fixture
def axis_root(axis_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That model as one the application finds."""
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(axis_models))
    return axis_models


@pytest.fixture
def bridge(axis_root: Path, tmp_path: Path) -> Bridge:
    """A bridge collection of a fresh seed with an index of its words."""
    return fresh_bridge(tmp_path / "bridge")
