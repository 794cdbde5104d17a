"""A cache of replies for one test."""

from pathlib import Path

import pytest


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of replies of its own, and no endpoint but the test's."""
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"RANKLAB_ENDPOINT_{name}", raising=False)
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))
    return tmp_path
