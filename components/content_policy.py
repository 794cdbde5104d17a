"""What a browser may do on our pages: the headers that every answer of the server carries.

Documents are shown as text everywhere (`safe.py`). Should one become more than text after all, the
browser still runs no script of it, asks no other host and shows no page of ours inside another.

What Streamlit needs beyond files of its own, each seen to be refused without it: inline styles
(emotion, Plotly and Vega write them), pictures and fonts as `data:` (icons in style sheets),
WebAssembly (protobuf counts in it), scripts as `blob:` (the code of a component such as the ranking
diff is imported from one; only a script that runs already can make one). Scripts written into the
page are refused but for the one in Streamlit's own page, known by its hash; `eval` is refused.
"""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from importlib import resources
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
OTHERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class ContentPolicy:
    """Adds the headers to every answer of an ASGI application."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name.lower() for name, _ in message.get("headers", ())}
                more = [pair for pair in _encoded() if pair[0] not in named]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def policy() -> str:
    """Give the content policy, as one line."""
    allowed = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *_hashes()]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def _hashes() -> list[str]:
    """Name the scripts inside Streamlit's own page by their hashes."""
    page = resources.files("streamlit").joinpath("static", "index.html").read_text("utf-8")
    digests = [hashlib.sha256(script.encode()).digest() for script in INLINE.findall(page)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@cache
def _encoded() -> tuple[tuple[bytes, bytes], ...]:
    headers = {"content-security-policy": policy(), **OTHERS}
    return tuple((name.encode(), value.encode()) for name, value in headers.items())
