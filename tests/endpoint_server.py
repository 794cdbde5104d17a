"""A real HTTP server on this machine that speaks the protocol of endpoints, for tests."""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

KEY = "secret-key-of-the-tests"
Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the server sends: status, body, headers, and how long it waits before."""

    body: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass
class Server:
    """What was asked, and how it is answered.

    Attributes:
        url: its base.
        answer: gives the answer to a request's body.
        asked: the bodies so far.
        keys: the authorisations so far.
    """

    url: str
    answer: Callable[[Body], Answer]
    asked: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def says(text: str | None, told: dict[str, float] | None = None) -> Answer:
    """Give a well-formed answer: a text and, where given, the chances of the first words."""
    choice: Body = {"index": 0, "finish_reason": "stop"}
    choice["message"] = {"role": "assistant", "content": text}
    if told is not None:
        words = [
            {"token": word, "logprob": math.log(chance), "bytes": None}
            for word, chance in told.items()
        ]
        choice["logprobs"] = {"content": [{**words[0], "top_logprobs": words}]}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "stub"}
    return Answer(json.dumps(body | {"choices": [choice], "usage": usage}))


def refuses(status: int, **headers: str) -> Answer:
    """Give an answer that is an error."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(json.dumps({"error": {"message": f"no, {KEY}"}}), status, named)


def in_turn(*answers: Answer) -> Callable[[Body], Answer]:
    """Answer one request after the other; the last answer stays."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def prompt_of(body: Body) -> str:
    """Give the prompt in a request."""
    return str(body["messages"][-1]["content"])


@contextmanager
def serving(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[Body], Answer], **settings: str
) -> Iterator[Server]:
    """Run a server, configured as the endpoint, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.asked.append(body)
            server.keys.append(self.headers.get("authorization", ""))
            found = server.answer(body)
            time.sleep(found.wait_s)
            try:
                self.send_response(found.status)
                for name, value in {"content-type": "application/json", **found.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(found.body.encode())
            except (BrokenPipeError, ConnectionResetError):
                return  # who asked has gone

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_port}/v1", answer)
    given = {"URL": server.url, "MODEL": "stub", "KEY": KEY} | settings
    for name, value in given.items():
        monkeypatch.setenv(f"RANKLAB_ENDPOINT_{name}", value)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
