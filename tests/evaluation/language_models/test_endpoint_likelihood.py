import json
import re
from typing import Any

import numpy as np
import pytest

from evaluation.errors import ModelError
from evaluation.language_models.base import ENDPOINT
from evaluation.language_models.opening import open_model
from evaluation.metering import metered
from evaluation.progress import SILENT
from evaluation.rerankers.lm_likelihood import LanguageModelLikelihood
from tests.endpoint_server import Answer, Body, in_turn, says, serving


def nothing() -> None:
    return None


def chance(token: str) -> float:
    """A log-probability that depends on the token alone: minus its length."""
    return -float(len(token.strip()))


def reads_back(body: Body) -> Answer:
    """Repeat the text, a token per word with the space before it, and add the one asked for."""
    text = str(body["prompt"])
    assert body["echo"] is True
    assert body["max_tokens"] == 1
    pieces = [(m.group(), m.start()) for m in re.finditer(r"\s*\S+", text)]
    told: dict[str, Any] = {
        "tokens": [piece for piece, _ in pieces] + [" more"],
        "token_logprobs": [None, *(chance(piece) for piece, _ in pieces[1:]), -0.5],
        "text_offset": [place for _, place in pieces] + [len(text)],
        "top_logprobs": None,
    }
    choice = {"index": 0, "finish_reason": "length", "text": text + " more", "logprobs": told}
    usage = {"prompt_tokens": len(pieces), "completion_tokens": 1, "total_tokens": len(pieces) + 1}
    about = {"id": "1", "object": "text_completion", "created": 1, "model": "stub"}
    return Answer(json.dumps(about | {"choices": [choice], "usage": usage}))


def test_the_tokens_of_the_continuation_count_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(monkeypatch, reads_back):
        found = open_model(ENDPOINT).likelihood(
            ["Passage: the old river. Query:", "x"], [" new engine", " y"], nothing
        )
    assert [each.tokens for each in found] == [(" new", " engine"), (" y",)]
    assert found[0].values.tolist() == [-3.0, -6.0]
    assert found[0].total == -9.0


def test_what_was_told_once_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, reads_back) as server:
        for _ in range(2):
            with metered() as spent:
                open_model(ENDPOINT).likelihood(["a"], [" b"], nothing)
        assert len(server.asked) == 1
        assert (spent["calls"], spent["cached_calls"]) == (1, 1)


def test_a_reranker_scores_pairs_at_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = LanguageModelLikelihood(model=ENDPOINT)
    with serving(monkeypatch, reads_back):
        scores = stage.log_likelihoods([("new engine", "a"), ("it", "b")], SILENT)
    assert np.array_equal(scores, [-9.0, -2.0])


@pytest.mark.parametrize("answer", [says("Yes"), Answer("{}"), Answer('{"choices": []}')])
def test_a_server_that_does_not_tell_is_answered_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    with (
        serving(monkeypatch, in_turn(answer)),
        pytest.raises(ModelError, match="does not tell how likely a given text is"),
    ):
        open_model(ENDPOINT).likelihood(["a"], [" b"], nothing)
