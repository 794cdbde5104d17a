"""Several visitors at once on one server: each looks around and changes something of its own."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.experiment import experiment_from_dict
from evaluation.jobs import Jobs
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, list_experiments
from evaluation.workspace import Workspace
from tests.e2e.server import Server
from tests.visitor import visiting

PAGES = ("leaderboard", "compare", "query", "search", "experiment", "workspace", "collections")
WORDS = 30_000  # in the vocabulary


@dataclass(frozen=True)
class Stroll:
    """What visitors do: how many there are, how long, and the pause between two clicks."""

    visitors: int
    seconds: float
    pause: tuple[float, float]


@dataclass
class Seen:
    """What the visitors met: times per action (label, milliseconds), faults, and what is lost."""

    times: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def build(folder: Path, documents: int, queries: int, visitors: int) -> Workspace:
    """Make a workspace: a larger collection with a finished experiment, a small one per visitor."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(folder.resolve())
    large = random_collection("Large", documents, queries)
    assert workspace.add_collection("Large", large.save) == "large"
    systems: list[dict[str, Any]] = [
        {"name": f"BM25 {n}", "stage": "bm25", "k1": 0.6 + 0.2 * n, "b": 0.3 + 0.1 * n}
        for n in range(5)
    ]
    systems.append({"name": "Random order", "stage": "random"})
    asked = {"name": "Seen", "collection": "large", "split": "test", "systems": systems}
    assert create(workspace, experiment_from_dict(asked)) == "seen"
    run_experiment(workspace, "seen", Quiet())
    for number in range(visitors):
        own = random_collection(f"Own {number}", 20, 4)
        workspace.add_collection(own.name, own.save)
    return workspace


def random_collection(name: str, documents: int, queries: int) -> Collection:
    """Make a collection of random words, frequent ones more often; queries of three rare ones."""
    random = np.random.default_rng(len(name) + documents)
    drawn = np.minimum(random.zipf(1.2, (documents, 40)), WORDS).tolist()
    texts = [(f"d{n}", "", " ".join(f"w{w}" for w in row)) for n, row in enumerate(drawn)]
    relevant = random.integers(0, documents, queries).tolist()
    asked = {
        f"q{n}": " ".join(f"w{w}" for w in sorted(set(drawn[d]))[-3:])
        for n, d in enumerate(relevant)
    }
    grades = {f"q{n}": {f"d{d}": 1} for n, d in enumerate(relevant)}
    return Collection(name, corpus_of(texts), Queries.of(asked), {"test": Qrels.of_dict(grades)})


async def stroll(server: Server, plan: Stroll, seed: int) -> Seen:
    """Let all visitors look around at once until the time is over."""
    seen = Seen()
    await asyncio.gather(*(_one(server, plan, seed, n, seen) for n in range(plan.visitors)))
    return seen


async def open_all(server: Server) -> None:
    """Open every page once, as the first visitor after a start does."""
    random = np.random.default_rng(1)
    async with visiting(server.address) as visitor:
        for page in PAGES:
            await visitor.visit(page, **_address(page, random))


async def _one(server: Server, plan: Stroll, seed: int, number: int, seen: Seen) -> None:
    random = np.random.default_rng((seed, number))
    until = time.monotonic() + plan.seconds
    async with visiting(server.address) as visitor:
        await asyncio.sleep(random.uniform(0, plan.pause[1]))
        while time.monotonic() < until:
            for page in random.permutation(PAGES):
                await visitor.visit(str(page), **_address(str(page), random))
                await visitor.look(random.uniform(*plan.pause))
                if time.monotonic() > until:
                    break
        seen.times += visitor.times
        seen.faults += visitor.faults


def _address(page: str, random: np.random.Generator) -> dict[str, str]:
    """Give what the address of a page says: of a query another one at each visit."""
    if page in ("experiment", "workspace", "search"):
        return {}
    if page == "collections":
        return {"collection": "large"}
    pair = ",".join(map(str, random.choice(5, 2, replace=False)))
    query = {"query": f"q{random.integers(0, 20)}"} if page == "query" else {}
    return {"experiment": "seen", "systems": pair, **query}


async def change_own(server: Server, visitors: int) -> Seen:
    """Let each visitor rename a collection, start an experiment and search, all at once."""
    seen = Seen()
    await asyncio.gather(*(_change_own(server, number, seen) for number in range(visitors)))
    return seen


async def _change_own(server: Server, number: int, seen: Seen) -> None:
    async with visiting(server.address) as visitor:
        await visitor.visit("collections", collection=f"own-{number}")
        await visitor.press("Rename", {"Name": f"Renamed by {number}"})
        await visitor.visit("experiment")
        text = f"name: Same name\ncollection: own-{number}\nsplit: test\nsystems:\n"
        text += f"- name: Random {number}\n  stage: random\n- name: BM25\n  stage: bm25\n"
        await visitor.press("Load", {"or paste YAML": text})
        await visitor.press("Start")
        await visitor.visit("search", collection=f"own-{number}", text=f"w{number + 1} w2")
        await visitor.look(3)
        seen.times += visitor.times
        seen.faults += visitor.faults


def lost(workspace: Workspace, visitors: int, seconds: float = 400) -> list[str]:
    """List what of the visitors' changes is not there, after waiting for their experiments."""
    jobs, until = Jobs(workspace.jobs_file), time.monotonic() + seconds
    while jobs.live() and time.monotonic() < until:
        time.sleep(0.5)
    names = [each.name for each in workspace.collections()]
    wanted = {f"Renamed by {number}" for number in range(visitors)}
    missing = sorted(wanted.difference(names))
    done = {each["collection"]: each["done"] for each in list_experiments(workspace)}
    missing += [f"results on own-{n}" for n in range(visitors) if done.get(f"own-{n}") != 2]
    bad = [job for job in jobs.recent() if job.state not in ("done", "cancelled")]
    return missing + [f"{job.title}: {job.state} {job.error}" for job in bad]


@contextmanager
def at_work(workspace: Workspace, systems: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    """Have an experiment per system on the large collection in the queue; cancelled at the end."""
    from evaluation import worker

    jobs, ids = Jobs(workspace.jobs_file), []
    for system in systems:
        asked = {"name": f"At work on {system['name']}", "collection": "large", "split": "test"}
        made = create(workspace, experiment_from_dict(asked | {"systems": [system]}))
        ids.append(jobs.submit("experiment", str(asked["name"]), {"experiment": made}))
    worker.start(workspace)
    try:
        yield ids
    finally:
        for job_id in ids:
            jobs.cancel(job_id)
