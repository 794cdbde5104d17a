"""Watching where this process connects to, with a server beside it that nobody may reach."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONNECTING = {"socket.connect": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


@dataclass
class Reached:
    """Where connections were wanted to, and what a server that nobody may reach was asked.

    Attributes:
        url: of that server.
        hosts: every host or address that was looked up or connected to.
        asked: what arrived at that server, also from code that is not Python.
    """

    url: str
    hosts: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


_watching: list[Reached] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CONNECTING and _watching:
        target = arguments[CONNECTING[event]]
        found = str(target[0] if isinstance(target, tuple) else target)
        for each in _watching:
            each.hosts.append(found)


sys.addaudithook(_heard)  # stays for good: it does nothing while nobody watches


@contextmanager
def nobody() -> Iterator[Reached]:
    """Run a server that nobody may reach, and watch every connection while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(f"{self.path} {self.headers}")
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Reached(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)
        http.shutdown()
        http.server_close()
        thread.join()
