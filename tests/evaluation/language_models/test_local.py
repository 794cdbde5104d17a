from pathlib import Path

import pytest

from evaluation.errors import ModelError
from evaluation.language_models.opening import open_model, revision_of
from evaluation.metering import metered
from tests.tiny_language_model import LANGUAGE_MODEL


def nothing() -> None:
    """Tick to nobody."""


@pytest.fixture(autouse=True)
def models(model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model, and a cache of replies of its own."""
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))


def test_what_was_written_is_kept_and_counted() -> None:
    model = open_model(LANGUAGE_MODEL)
    with metered() as first:
        written = model.complete(["old river", "new", "old river"], 9, nothing)
    with metered() as second:
        again = model.complete(["old river", "new"], 9, nothing)
    assert written[0] == written[2]
    assert [reply.text for reply in again] == [reply.text for reply in written[:2]]
    assert all(reply.cached for reply in again)
    assert (first["calls"], first["cached_calls"], first["prompt_tokens"]) == (2, 0, 3)
    assert (second["calls"], second["cached_calls"], second["prompt_tokens"]) == (2, 2, 3)
    assert second["cached_tokens"] == second["prompt_tokens"] + second["reply_tokens"]
    assert "paid_prompt_tokens" not in first  # nobody is paid for what this machine does


def test_a_likelihood_sums_over_its_tokens() -> None:
    with metered() as spent:
        (found,) = open_model(LANGUAGE_MODEL).likelihood(["old river"], [" new engine"], nothing)
    assert found.tokens == (" new", " engine")
    assert found.total == pytest.approx(float(found.values[0] + found.values[1]), abs=1e-12)
    assert (spent["calls"], spent["prompt_tokens"]) == (1, 2 + 2)


def test_no_prompts_are_answered_by_nothing() -> None:
    model = open_model(LANGUAGE_MODEL)
    assert model.complete([], 9, nothing) == []
    assert model.choose([], ("yes", "no"), nothing).shape == (0, 2)
    assert model.likelihood([], [], nothing) == []


def test_a_model_that_is_not_here_is_told() -> None:
    with pytest.raises(ModelError, match="neither a name on the Hugging Face hub nor a folder"):
        open_model("../../etc")
    assert len(revision_of(LANGUAGE_MODEL)) == 16
