"""What queries rewritten by a language model are tried on."""

from pathlib import Path

import pytest

from evaluation.collections.collection import Collection
from tests.fresh_seed import fresh_seed
from tests.sample import small_collection


@pytest.fixture
def written_models(model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny models, a cache of replies of its own, and no endpoint but the test's."""
    for name in ("URL", "MODEL"):
        monkeypatch.delenv(f"RANKLAB_ENDPOINT_{name}", raising=False)
    monkeypatch.setattr(
        "evaluation.language_models.replies.cache_folder", lambda: tmp_path / "replies"
    )


@pytest.fixture
def collection() -> Collection:
    return small_collection(seed=fresh_seed())
