"""Several servers change one workspace at the same moment: no update is lost, nothing done twice.

`python -m tests.faults.together --turns 20` prints how many collisions were tried, as JSON; it
fails with a sentence at the first one that lost something.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from evaluation import worker
from evaluation.collections.exporting import export_collection
from evaluation.drafts import sweep
from evaluation.errors import UnknownNameError
from evaluation.jobs import Jobs
from evaluation.store import create, list_experiments
from evaluation.workspace import Workspace
from tests.faults.changes import experiment, links, ticket
from tests.faults.forked import asked, ended, rehearsed, start
from tests.faults.points import MEMORY
from tests.faults.soundness import contents, drafts, unsound
from tests.sample import random_run, small_collection

SERVERS = 4
Deed = Callable[[Workspace, int], Any]  # what the server with a number does, and gives
MISSING = "there is no such thing"


def at_once(workspace: Workspace, deed: Deed, servers: int = SERVERS) -> list[Any]:
    """Let several processes do something at the same moment; gives what each of them gave."""
    gate, opening = os.pipe()
    answers = [workspace.folder.parent / f"answer-{number}.json" for number in range(servers)]

    def serve(number: int) -> None:
        os.close(opening)
        os.read(gate, 1)  # until the other end is closed, for all of them at once
        try:
            answer = deed(workspace, number)
        except UnknownNameError:
            answer = MISSING
        answers[number].write_text(json.dumps(answer))

    pids = [start(partial(serve, number)) for number in range(servers)]
    os.close(gate)
    os.close(opening)
    codes = [ended(pid) for pid in pids]
    if any(codes):
        raise AssertionError("a server failed; its trace is above")
    return [json.loads(path.read_text()) for path in answers]


def same_name(workspace: Workspace) -> None:
    """Collections and experiments of the same name each get an id of their own."""
    many = range(SERVERS)
    collections = [small_collection(2, seed) for seed in many]
    ids = at_once(workspace, lambda w, n: w.add_collection("Twin", collections[n].save))
    assert len(set(ids)) == SERVERS, ids
    stored = [w_id for w_id in ids if w_id in {item.id for item in workspace.collections()}]
    assert stored == ids, stored
    prints = [workspace.collection_record(i).record["fingerprints"]["corpus"] for i in ids]
    assert len(set(prints)) == SERVERS, prints
    made = at_once(workspace, lambda w, n: create(w, experiment("small", "Twin", n)))
    assert len(set(made)) == SERVERS, made
    assert set(made) <= {record["id"] for record in list_experiments(workspace)}
    moved = at_once(workspace, lambda w, n: w.discard("experiments", made[n]))
    back = at_once(workspace, lambda w, n: w.restore(moved[n]))
    assert len(set(back)) == SERVERS, back


def same_thing(workspace: Workspace) -> None:
    """What several delete or put back at once is deleted or put back once, the others are told."""
    tickets = at_once(workspace, lambda w, _: w.discard("experiments", "new"))
    kept = [ticket for ticket in tickets if ticket != MISSING]
    assert len(kept) == 1, tickets
    back = at_once(workspace, lambda w, _: w.restore(kept[0]))
    assert sorted(back) == sorted(["new", *[MISSING] * (SERVERS - 1)]), back
    assert not [item for item in workspace.discarded() if item.id == kept[0]]
    told = at_once(workspace, lambda w, n: _rename_or_discard(w, n))
    assert told.count("deleted") == 1, told
    assert workspace.restore(ticket(workspace, "collections")) == "small"


def _rename_or_discard(workspace: Workspace, number: int) -> str:
    if number:
        workspace.rename_collection("small", f"Name {number}")
        return "renamed"
    workspace.discard("collections", "small")
    return "deleted"


def same_place(workspace: Workspace) -> None:
    """Of tables attached at once one is there and the others are in the trash; runs all stay."""
    before = [item for item in workspace.discarded() if item.record["kind"] == "attachments"]
    there = len(workspace.attachments("small"))
    at_once(workspace, lambda w, n: w.add_attachment("small", "links", links(n + 1), {}))
    found = [item for item in workspace.discarded() if item.record["kind"] == "attachments"]
    assert len(workspace.attachments("small")) == 1
    assert len(found) == len(before) + there + SERVERS - 1, len(found)
    collection = small_collection()
    at_once(
        workspace,
        lambda w, n: w.add_run("small", "run", random_run(collection, n // 2, 0.5), {"by": n}),
    )
    assert len([run for run in workspace.runs("small") if run.name == "run"]) == SERVERS // 2


def job_table(workspace: Workspace) -> None:
    """A table that several make at once holds all their jobs; each is taken and resumed once."""
    workspace.jobs_file.unlink(missing_ok=True)
    for rest in workspace.folder.glob("jobs.sqlite-*"):
        rest.unlink()
    many = 8

    def submit(w: Workspace, n: int) -> list[str]:
        return [Jobs(w.jobs_file).submit("import", f"{n} {job}", {}) for job in range(many)]

    ids = [job_id for found in at_once(workspace, submit) for job_id in found]
    jobs = Jobs(workspace.jobs_file)
    assert sorted(job.id for job in jobs.live()) == sorted(ids)

    def claim(w: Workspace, _: int) -> list[str]:
        taken = iter(lambda: Jobs(w.jobs_file).claim(("import",)), None)
        return [job.id for job in taken]

    taken = [job_id for found in at_once(workspace, claim) for job_id in found]
    assert sorted(taken) == sorted(ids)
    assert sum(at_once(workspace, lambda w, _: Jobs(w.jobs_file).mark_lost())) >= len(ids)
    again = at_once(workspace, lambda w, _: Jobs(w.jobs_file).resume(ids[0]))
    assert len(set(again)) == 1, again
    assert [job.id for job in jobs.live()] == again[:1]
    jobs.cancel(again[0])


def workers(workspace: Workspace) -> None:
    """Of several workers that start at once one works, and does each job once."""
    jobs = Jobs(workspace.jobs_file)
    made = [create(workspace, experiment("small", "Work", seed)) for seed in range(2)]
    ids = [jobs.submit("experiment", "x", {"experiment": each}) for each in made]
    at_once(workspace, lambda w, _: worker.serve(w, "jobs", 0.01))
    done = [jobs.get(job_id) for job_id in ids]
    assert {job.state for job in done} == {"done"}, [(job.state, job.error) for job in done]
    assert len({job.pid for job in done}) == 1


def cache(workspace: Workspace) -> None:
    """An entry that is stored, deleted and read at once is whole or not there."""
    key = "0" * 32

    def write(folder: Path) -> dict[str, Any]:
        for name in ("a", "b", "c"):
            (folder / name).write_bytes(b"0" * 1000)
        return {"stage": "sample"}

    def use(w: Workspace, number: int) -> None:
        for _ in range(20):
            entry = w.cache.find_sound("run", key)
            if number == 0:
                w.cache.remove("run", key)
            elif entry is None:
                try:
                    w.cache.add("run", key, write)
                except UnknownNameError:  # deleted as soon as it was there
                    continue

    at_once(workspace, use)
    workspace.cache.remove("run", key)


def downloads(workspace: Workspace) -> None:
    """Downloads of one collection at once are each whole."""

    def download(w: Workspace, _: int) -> int:
        path = w.export_path("small", "beir")
        export_collection(w.collection("small"), "beir", path)
        names = len(zipfile.ZipFile(path).namelist())
        path.unlink()
        return names

    assert set(at_once(workspace, download)) == {3}


def sweeping(workspace: Workspace) -> None:
    """Nobody sweeps what another is writing, however old it is."""

    def write(folder: Path) -> None:
        time.sleep(1.5)
        small_collection(2).save(folder)

    def deed(w: Workspace, number: int) -> str:
        if number:
            return w.add_collection("Slow", write)
        for _ in range(20):
            time.sleep(0.1)
            sweep(w.folder, age_s=0.5)
        return ""

    ids = at_once(workspace, deed)[1:]
    assert len(set(ids)) == SERVERS - 1
    for collection_id in ids:
        assert len(workspace.collection(collection_id).queries) == 8


COLLISIONS = (same_name, same_thing, same_place, job_table, workers, cache, downloads, sweeping)


def main(turns: int) -> dict[str, int]:
    """Try every collision so many times; gives how often each was tried."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        workspace = Workspace(Path(folder) / "workspace")
        workspace.folder.mkdir()
        rehearsed(lambda: _prepare(workspace))
        tried = Counter[str]()
        for _ in range(turns):
            for collision in COLLISIONS:
                asked(partial(collision, workspace))
                tried[collision.__name__] += 1
            found = asked(lambda: [unsound(workspace), drafts(workspace)])
            assert found == [[], []], found
    return tried


def _prepare(workspace: Workspace) -> None:
    workspace.add_collection("Small", small_collection().save)
    create(workspace, experiment("small"))
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("experiment", "x", {"experiment": "new"})
    worker.serve(workspace, "jobs", 0.01)
    assert jobs.get(job_id).state == "done"
    export_collection(workspace.collection("small"), "beir", workspace.export_path("small", "beir"))
    sweep(workspace.folder, age_s=-1)
    contents(workspace)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=20)
    sys.stdout.write(json.dumps(main(parser.parse_args().turns)) + "\n")
