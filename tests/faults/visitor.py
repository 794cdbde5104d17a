"""What visitors do to a workspace through a server, at random, until the process is killed."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from evaluation.errors import UnknownNameError
from evaluation.jobs import Jobs
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.faults.changes import BM25, experiment, links, uploaded
from tests.sample import random_run, small_collection

VISITED = "visited"
RUNS = [f"run {number}" for number in range(4)]


def prepare(workspace: Workspace) -> None:
    """Make the collection that the visitors change; the jobs of the rounds use another one."""
    collection = replace(small_collection(seed=99), name=VISITED)
    collection_id = workspace.add_collection(VISITED, collection.save)
    for number, name in enumerate(RUNS):
        workspace.add_run(collection_id, name, random_run(collection, number, 0.5), {})
    workspace.add_attachment(collection_id, "links", links(2), {})


def visit(workspace: Workspace, seed: int) -> None:
    """Change things, one after the other, for ever."""
    chance = random.Random(seed)
    while True:
        with suppress(UnknownNameError):  # another visitor was faster
            chance.choice(DEEDS)(workspace, chance)


def lost(workspace: Workspace) -> list[str]:
    """List what visitors can no longer find, neither in its place nor in the trash."""
    found = [run.name for run in workspace.runs(VISITED)]
    found += [item.name for item in workspace.discarded() if item.record["kind"] == "runs"]
    twice_or_gone = [name for name in RUNS if found.count(name) != 1]
    kinds = [each.id for each in workspace.attachments(VISITED)]
    kinds += [str(item.record["id"]) for item in workspace.discarded()]
    return twice_or_gone + ([] if "links" in kinds else ["links"])


def _rename(workspace: Workspace, chance: random.Random) -> None:
    workspace.rename_collection(VISITED, chance.choice(["One", "Another"]))


def _discard(workspace: Workspace, chance: random.Random) -> None:
    runs = workspace.runs(VISITED)
    if runs:
        workspace.discard_run(VISITED, chance.choice(runs).id)


def _restore(workspace: Workspace, chance: random.Random) -> None:
    items = workspace.discarded()
    if items:
        workspace.restore(chance.choice(items).id)


def _attach(workspace: Workspace, chance: random.Random) -> None:
    workspace.add_attachment(VISITED, "links", links(chance.randrange(1, 5)), {})


def _detach(workspace: Workspace, _: random.Random) -> None:
    workspace.discard_attachment(VISITED, "links")


def _compare(workspace: Workspace, _: random.Random) -> None:
    made = create(workspace, experiment(VISITED, "Visited"))
    workspace.discard("experiments", made)
    ticket = next(item.id for item in workspace.discarded() if item.record["id"] == made)
    workspace.purge(ticket)


def _upload(workspace: Workspace, _: random.Random) -> None:
    workspace.places.forget(uploaded(workspace, {"a.csv": "x\n"}))


def _ask(workspace: Workspace, _: random.Random) -> None:
    jobs = Jobs(workspace.jobs_file)
    payload = {"collection": VISITED, "text": "river", "systems": [{"name": "B", **BM25}]}
    jobs.cancel(jobs.submit("search", "asked", payload))


DEEDS: list[Callable[[Workspace, random.Random], None]] = [
    *(_rename, _discard, _restore, _restore, _attach, _detach, _compare, _upload, _ask)
]
