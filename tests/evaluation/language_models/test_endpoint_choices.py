"""What an endpoint tells of probabilities."""

import math

import numpy as np
import pytest

from evaluation.errors import ModelError
from evaluation.language_models.base import ENDPOINT
from evaluation.language_models.opening import open_model
from evaluation.metering import metered
from tests.endpoint_server import in_turn, says, serving

pytestmark = pytest.mark.usefixtures("cache")


def nothing() -> None:
    """Tick to nobody."""


def test_the_chances_of_labels_are_added_up_over_their_spellings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {"Yes": 0.5, " yes": 0.2, "No": 0.1, "Maybe": 0.05}
    with serving(monkeypatch, in_turn(says("Yes", told))) as server:
        found = open_model(ENDPOINT).choose(["a"], ("yes", "no"), nothing)
        again = open_model(ENDPOINT).choose(["a"], ("yes", "no"), nothing)
    assert np.exp(found) == pytest.approx(np.array([[0.5 + 0.2, 0.1]]), abs=1e-12)
    assert np.array_equal(found, again)
    assert len(server.asked) == 1
    assert server.asked[0]["max_tokens"] == 1


def test_a_label_that_is_not_told_gets_the_least_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, in_turn(says("Yes", {"Yes": 0.9, "Well": 0.01}))):
        found = open_model(ENDPOINT).choose(["a"], ("yes", "no"), nothing)
    assert np.exp(found) == pytest.approx(np.array([[0.9, 0.01]]), abs=1e-12)


def test_without_any_of_the_labels_nothing_is_preferred_and_that_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(monkeypatch, in_turn(says("Well", {"Well": 0.9}))), metered() as spent:
        found = open_model(ENDPOINT).choose(["a"], ("yes", "no"), nothing)
    assert found.tolist() == [[-math.log(2), -math.log(2)]]
    assert spent["malformed_replies"] == 1


def test_an_endpoint_that_tells_no_chances_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with (
        serving(monkeypatch, in_turn(says("Yes"))),
        pytest.raises(ModelError, match=r"does not tell the probabilities .* \(top_logprobs\)"),
    ):
        open_model(ENDPOINT).choose(["a"], ("yes", "no"), nothing)
