"""A visitor without a browser: speaks to a running server as a browser does, and times answers.

A time is from the request (a page opened, a button pressed) until the server has sent all of the
page and says that it is finished. What a browser then takes to draw it is not part of it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

LIMIT_S = 60.0


@dataclass
class Visitor:
    """One open page: what is on it, where it is, and what its answers took.

    Attributes:
        socket: the connection.
        times: what was done and the milliseconds that it took, in order.
        faults: messages of errors that a page showed as a trace.
    """

    socket: ClientConnection
    times: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    polls: dict[str, float] = field(default_factory=dict)
    page: str = ""
    query: str = ""

    async def visit(self, page: str, label: str = "", **query: str) -> None:
        """Open a page of the application with an address."""
        self.page, self.query = page, urlencode(query)
        await self._ask(label or page)

    async def press(self, button: str, texts: Mapping[str, str] | None = None) -> None:
        """Press a button by its label, after writing texts into fields by theirs."""
        message = BackMsg()
        for name, text in (texts or {}).items():
            kind, widget = self._find(name, ("text_input", "text_area"))
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = getattr(widget, kind).id, text
        kind, widget = self._find(button, ("button",))
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = getattr(widget, kind).id, True
        await self._ask(f"{self.page}: {button}", message)

    async def look(self, seconds: float) -> None:
        """Look at the page for a while; parts of it that ask again by themselves do so."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            due = min(self.polls.values(), default=left)
            await asyncio.sleep(min(left, due))
            if due < left:
                for fragment in list(self.polls):
                    if fragment not in self.polls:  # another one had the whole page made anew
                        continue
                    message = BackMsg()
                    message.rerun_script.fragment_id = fragment
                    message.rerun_script.is_auto_rerun = True
                    await self._ask("(a part that asks again)", message)

    def shows(self, text: str) -> bool:
        """Whether a text is anywhere on the page."""
        return any(text in str(element) for element in self.elements.values())

    def _find(self, label: str, kinds: tuple[str, ...]) -> tuple[str, Any]:
        for element in self.elements.values():
            kind = element.WhichOneof("type")
            if kind in kinds and getattr(element, kind).label == label:
                return kind, element
        raise LookupError(f"{self.page} has no {kinds[0]} {label!r}")

    async def _ask(self, label: str, message: BackMsg | None = None) -> None:
        message = message or BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(LIMIT_S):
            while not self._take(ForwardMsg.FromString(await self.socket.recv())):
                pass
        self.times.append((label, (time.perf_counter() - started) * 1000))

    def _take(self, message: ForwardMsg) -> bool:
        """Take one message of the server; tells whether the answer is complete."""
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self.elements, self.polls = {}, {}
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self.elements[tuple(message.metadata.delta_path)] = element
            if element.WhichOneof("type") == "exception":
                self.faults.append(f"{self.page}: {element.exception.message}")
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.polls[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            self.polls = {}
        elif kind == "script_finished":
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Visitor]:
    """Come to a server (`http://host:port`), and leave it at the end."""
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(stream, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        yield Visitor(socket)
