"""Visitors who change things until their server is killed, and what must be there afterwards."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from websockets.exceptions import WebSocketException

from evaluation.jobs import Jobs
from evaluation.store import list_experiments
from evaluation.workspace import Workspace
from tests.e2e.server import Server
from tests.faults.soundness import unsound
from tests.visitor import Visitor, visiting

EXPERIMENT = """name: {name}
collection: own-{number}
split: test
systems:
- name: Random
  stage: random
- name: BM25
  stage: bm25
"""


@dataclass
class Told:
    """What the server has told visitors is done, and what they had asked for when it was killed.

    Attributes:
        names: per visitor, the last name that its collection got.
        asked: per visitor, the name that was asked for last.
        started: names of the experiments that were started.
        times: how many changes were confirmed.
    """

    names: dict[int, str] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    times: int = 0


async def change_until_killed(server: Server, visitors: int, seconds: float, told: Told) -> None:
    """Let visitors rename collections and start experiments; kill the server at a moment."""
    deeds = [_change(server, number, told) for number in range(visitors)]

    async def kill() -> None:
        await asyncio.sleep(seconds)
        os.kill(server.process, signal.SIGKILL)

    await asyncio.gather(kill(), *(_until_gone(deed) for deed in deeds))


async def _until_gone(deed: Callable[[], Awaitable[None]]) -> None:
    try:
        while True:
            await deed()
    except (OSError, WebSocketException):
        return


def _change(server: Server, number: int, told: Told) -> Callable[[], Awaitable[None]]:
    return partial(_change_once, server, number, told)


async def _change_once(server: Server, number: int, told: Told) -> None:
    name = f"{number} of {told.times} {random.getrandbits(32)}"
    async with visiting(server.address) as visitor:
        await visitor.visit("collections", collection=f"own-{number}")
        told.asked[number] = name
        await visitor.press("Rename", {"Name": name})
        told.names[number] = name
        await visitor.visit("experiment")
        await visitor.press("Load", {"or paste YAML": EXPERIMENT.format(name=name, number=number)})
        await visitor.press("Start")
        told.started.add(name)
        told.times += 1
        _sound(visitor)


def _sound(visitor: Visitor) -> None:
    assert not visitor.faults, visitor.faults


def wrong(workspace: Workspace, told: Told) -> list[str]:
    """List what is unreadable, and what is not as the server said."""
    found = unsound(workspace)
    names = {stored.id: stored.name for stored in workspace.collections()}
    for number, asked in told.asked.items():
        if names.get(f"own-{number}") not in (asked, told.names.get(number)):
            found.append(f"own-{number} is called {names.get(f'own-{number}')}, not {asked}")
    there = {record["name"] for record in list_experiments(workspace)}
    found += [f"the experiment {name} is gone" for name in sorted(told.started - there)]
    states = {job.state for job in Jobs(workspace.jobs_file).every()}
    return found + sorted(states - {"queued", "running", "done", "interrupted"})
