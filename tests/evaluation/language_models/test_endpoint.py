import json
import threading
import time
from pathlib import Path

import pytest

from evaluation.errors import CancelledError, ModelError
from evaluation.language_models.base import ENDPOINT
from evaluation.language_models.opening import open_model, revision_of
from evaluation.metering import metered
from tests.endpoint_server import (
    KEY,
    Answer,
    Body,
    in_turn,
    prompt_of,
    refuses,
    says,
    serving,
)


def nothing() -> None:
    """Tick to nobody."""


pytestmark = pytest.mark.usefixtures("cache")


def echo(body: Body) -> Answer:
    return says(f"about {prompt_of(body)}")


def test_replies_come_in_the_order_of_the_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = [f"prompt {n}" for n in range(9)]
    with serving(monkeypatch, echo) as server:
        replies = open_model(ENDPOINT).complete(prompts, 20, nothing)
    assert [reply.text for reply in replies] == [f"about {prompt}" for prompt in prompts]
    assert [reply.prompt_tokens for reply in replies] == [11] * 9
    assert {body["temperature"] for body in server.asked} == {0}
    assert {body["max_tokens"] for body in server.asked} == {20}
    assert {body["model"] for body in server.asked} == {"stub"}
    assert set(server.keys) == {f"Bearer {KEY}"}


def test_the_same_request_is_asked_once_and_then_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(monkeypatch, echo) as server:
        with metered() as first:
            open_model(ENDPOINT).complete(["a", "b", "a"], 20, nothing)
        with metered() as second:
            replies = open_model(ENDPOINT).complete(["b", "c"], 20, nothing)
        open_model(ENDPOINT).complete(["b"], 21, nothing)  # another limit is another request
    assert sorted(map(prompt_of, server.asked)) == ["a", "b", "b", "c"]
    assert [reply.cached for reply in replies] == [True, False]
    assert (first["calls"], first["cached_calls"]) == (2, 0)
    assert (first["prompt_tokens"], first["reply_tokens"]) == (22, 14)
    assert (first["paid_prompt_tokens"], first["paid_reply_tokens"]) == (22, 14)
    assert (first["cached_tokens"], first["saved_ms"]) == (0, 0)
    assert (second["calls"], second["cached_calls"]) == (2, 1)
    assert (second["prompt_tokens"], second["cached_tokens"]) == (22, 18)
    assert second["saved_ms"] > 0


def test_another_model_or_place_has_replies_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in ("one", "two"):
        with serving(monkeypatch, in_turn(says(model)), MODEL=model):
            assert open_model(ENDPOINT).complete(["a"], 9, nothing)[0].text == model


def test_the_key_is_kept_nowhere(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    with serving(monkeypatch, echo) as server:
        model = open_model(ENDPOINT)
        model.complete(["a"], 9, nothing)
        before = revision_of(ENDPOINT)
        monkeypatch.setenv("RANKLAB_ENDPOINT_KEY", "another")
        assert revision_of(ENDPOINT) == before == model.revision
        model.complete(["a"], 9, nothing)
        monkeypatch.setenv("RANKLAB_ENDPOINT_URL", server.url.replace("//", f"//me:{KEY}@"))
        assert revision_of(ENDPOINT) == before
    assert len(server.asked) == 1
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert not [path for path in files if KEY in f"{path}{path.read_text()}"]
    assert KEY not in f"{vars(model)}{model.revision}"


@pytest.mark.parametrize(
    "answer",
    [
        Answer("{ this is no JSON"),
        Answer("[1, 2]"),
        Answer("<html>busy</html>", headers={"content-type": "text/html"}),
        Answer("{}"),
        Answer('{"choices": []}'),
        Answer('{"choices": [{"index": 0, "message": null}]}'),
        Answer('{"choices": ["what"]}'),
        Answer(""),
        says(""),
        says(None),
    ],
    ids=["cut", "list", "page", "object", "no choice", "null", "odd", "nothing", "blank", "none"],
)
def test_a_malformed_or_empty_reply_is_an_empty_text_and_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, cache: Path
) -> None:
    with serving(monkeypatch, in_turn(answer, says("good"))):
        assert open_model(ENDPOINT).complete(["a"], 9, nothing)[0].text == ""
        assert open_model(ENDPOINT).complete(["a"], 9, nothing)[0].text == "good"


def test_too_many_requests_are_tried_again_after_the_time_that_the_server_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy = refuses(429, retry_after="0.3")
    with serving(monkeypatch, in_turn(busy, says("good"))) as server:
        started = time.monotonic()
        assert open_model(ENDPOINT).complete(["a"], 9, nothing)[0].text == "good"
        assert time.monotonic() - started >= 0.3
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "asked", "said"),
    [
        (429, 5, "had too many requests, again and again. What was answered is kept"),
        (500, 5, "failed with status 500, again and again"),
        (503, 5, "failed with status 503"),
        (401, 1, "refused the key. Set RANKLAB_ENDPOINT_KEY"),
        (404, 1, "knows no such model or address. Check RANKLAB_ENDPOINT_URL"),
        (400, 1, "refused with status 400"),
    ],
)
def test_a_server_that_refuses_is_tried_a_bounded_number_of_times_and_then_named(
    monkeypatch: pytest.MonkeyPatch, status: int, asked: int, said: str
) -> None:
    with serving(monkeypatch, in_turn(refuses(status, retry_after="0.01"))) as server:
        with pytest.raises(ModelError) as error:
            open_model(ENDPOINT).complete(["a"], 9, nothing)
        assert len(server.asked) == asked
    assert said in str(error.value)
    assert KEY not in str(error.value)


def test_what_was_answered_before_a_failure_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(body: Body) -> Answer:
        return refuses(401) if prompt_of(body) == "bad" else says("good")

    prompts = ["a", "b", "bad"]
    with serving(monkeypatch, answer, PARALLEL="1") as server:
        with pytest.raises(ModelError):
            open_model(ENDPOINT).complete(prompts, 9, nothing)
        server.answer = echo
        replies = open_model(ENDPOINT).complete(prompts, 9, nothing)
    assert [reply.cached for reply in replies] == [True, True, False]


def test_a_slow_reply_times_out_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.language_models.endpoint.RETRIES", 1)
    slow = Answer(says("late").body, wait_s=3.0)
    with serving(monkeypatch, in_turn(slow), TIMEOUT="0.2") as server:
        with pytest.raises(ModelError, match=r"did not answer within 0\.2 s, again and again"):
            open_model(ENDPOINT).complete(["a"], 9, nothing)
        assert len(server.asked) == 2


def test_nobody_at_the_address_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.language_models.endpoint.RETRIES", 0)
    with serving(monkeypatch, echo):
        pass
    with pytest.raises(ModelError, match=r"cannot be reached\. Check RANKLAB_ENDPOINT_URL"):
        open_model(ENDPOINT).complete(["a"], 9, nothing)


def test_it_can_be_cancelled_while_the_server_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def answer(_: Body) -> Answer:
        asked.set()
        return Answer(says("late").body, wait_s=2.0)

    def tick() -> None:
        if asked.is_set():
            raise CancelledError

    with serving(monkeypatch, answer):
        started = time.monotonic()
        with pytest.raises(CancelledError):
            open_model(ENDPOINT).complete([str(n) for n in range(20)], 9, tick)
        assert time.monotonic() - started < 1.5


def test_no_more_requests_are_under_way_than_the_settings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def answer(body: Body) -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return echo(body)

    with serving(monkeypatch, answer, PARALLEL="3"):
        open_model(ENDPOINT).complete([str(n) for n in range(12)], 9, nothing)
    assert most[0] == 3


def test_without_settings_there_is_no_endpoint_and_a_sentence_says_so() -> None:
    assert revision_of(ENDPOINT) == ""
    with pytest.raises(ModelError, match="No language model is configured on this server"):
        open_model(ENDPOINT)


@pytest.mark.parametrize("url", ["localhost:80", "file:///etc/passwd", "http://", "http://a:b/"])
def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("RANKLAB_ENDPOINT_URL", url)
    monkeypatch.setenv("RANKLAB_ENDPOINT_MODEL", "stub")
    with pytest.raises(ModelError, match="RANKLAB_ENDPOINT_URL is no web address"):
        open_model(ENDPOINT)
    revision_of(ENDPOINT)


def test_a_damaged_file_of_the_cache_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    with serving(monkeypatch, echo) as server:
        open_model(ENDPOINT).complete(["a"], 9, nothing)
        (file,) = (path for path in cache.rglob("*.json"))
        for damage in ("{", "[]", json.dumps({"text": "x", "seconds": "y"})):
            file.write_text(damage)
            assert open_model(ENDPOINT).complete(["a"], 9, nothing)[0].text == "about a"
    assert len(server.asked) == 4
