"""Replies of an endpoint that are no answers."""

import json
import os
from typing import Any

import openai  # noqa: F401 - loaded once, not in each case
import pytest

from evaluation.language_models.base import ENDPOINT
from evaluation.language_models.opening import open_model
from tests.endpoint_server import Answer, serving
from tests.hostile.actions import Act
from tests.hostile.case import Case, Place

DEEP = "[" * 100_000


def reply(body: str, status: int = 200, **headers: str) -> Act:
    """Ask an endpoint that answers so; gives the text of its reply."""

    def act(place: Place) -> Any:
        os.environ["RANKLAB_MODEL_CACHE"] = str(place.folder / "cache")
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        patch = pytest.MonkeyPatch()
        with serving(patch, lambda _: Answer(body, status, named), TIMEOUT_S="5"):
            return [r.text for r in open_model(ENDPOINT).complete(["a"], 5, lambda: None)]

    return act


def says(content: object, usage: object = None, **more: object) -> str:
    """Write a reply of the usual form around any content."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}}
    return json.dumps({"id": "1", "choices": [choice], "usage": usage} | more)


USAGES: tuple[Any, ...] = (
    None,
    7,
    "x",
    [],
    {},
    {"prompt_tokens": "x"},
    {"prompt_tokens": None},
    {"prompt_tokens": -5},
    {"prompt_tokens": 1.5},
    {"prompt_tokens": [1]},
    {"completion_tokens": {"a": 1}},
    {"prompt_tokens": float("inf")},
    {"prompt_tokens": float("nan")},
)
CASES = (
    *(
        Case(f"a reply that is {name}", reply(body), gives=[""])
        for name, body in {
            "nothing": "",
            "null": "null",
            "a list": "[]",
            "a number": "7",
            "a text": '"x"',
            "a page": "<html>no</html>",
            "cut off": says("x")[:-9],
            "an empty object": "{}",
            "no choices": '{"choices": []}',
            "choices of null": '{"choices": null}',
            "choices that are a text": '{"choices": "x"}',
            "a choice of null": '{"choices": [null]}',
            "a choice that is a number": '{"choices": [7]}',
            "a message that is a text": '{"choices": [{"message": "x"}]}',
            "content that is a list": says(["x"]),
            "content that is a number": says(7),
            "content that is null": says(None),
            "nested 100,000 times": DEEP,
            "choices nested 100,000 times": '{"choices": ' + DEEP,
        }.items()
    ),
    *(
        Case(
            f"a reply whose usage is {json.dumps(usage)[:40]}", reply(says("x", usage)), gives=["x"]
        )
        for usage in USAGES
    ),
    Case("a reply with half a character pair", reply(says("a\ud800b")), gives=["a\ufffdb"]),
    Case("a reply with a NUL and a line break", reply(says("a\0\nb")), gives=["a\0\nb"]),
    Case("a reply of 20 MB", reply(says("x" * 20_000_000)), gives=["x" * 20_000_000]),
    Case(
        "a reply that says it is packed",
        reply(says("x"), content_encoding="gzip"),
        "endpoint",
        slow=True,
    ),
    Case("a reply of the status 418", reply("no", 418), "refused with status 418"),
    Case(
        "a reply of the status 999",
        reply("no", 999),
        "failed with status 999|refused with status 999",
        slow=True,
    ),
    Case("a reply of the status 204", reply("", 204), gives=[""]),
    Case(
        "a reply that leads to itself",
        reply("", 302, location="/v1/chat/completions"),
        "endpoint",
        slow=True,
    ),
    Case(
        "a reply that leads to a file",
        reply("", 302, location="file:///etc/passwd"),
        "endpoint",
        slow=True,
    ),
)
