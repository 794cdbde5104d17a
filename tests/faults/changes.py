"""Everything that changes a workspace, each as one call, on a small workspace made for it."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaluation import worker
from evaluation.backup import back_up, restore
from evaluation.collections import attachments
from evaluation.collections.collection import Collection, Queries
from evaluation.experiment import Experiment, experiment_from_dict
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.progress import SILENT
from evaluation.running import Quiet, run_experiment
from evaluation.store import add_failure, create
from evaluation.workspace import Workspace
from tests.inline_worker import do_waiting
from tests.sample import random_run, small_collection

Change = Callable[[Workspace], object]
BM25 = {"stage": "bm25", "depth": 5}
LINKS = "source,target\nd100,d101\nd101,d102\nd102,d104\n"


def prepared(folder: Path) -> Workspace:
    """A workspace with something of every kind, and one deleted thing of every kind."""
    folder.mkdir(exist_ok=True)
    workspace = Workspace(folder)
    for number in range(2):
        collection = small_collection(seed=number)
        collection_id = workspace.add_collection("Small", collection.save)
        for name in ("kept", "gone"):
            workspace.add_run(collection_id, name, random_run(collection, number, 0.5), {})
        workspace.add_attachment(collection_id, "links", links(2), {})
    workspace.add_attachment("small", "links", links(3), {})
    workspace.discard_run("small", run_id(workspace, "gone"))
    for name in ("Finished", "Deleted", "Waiting"):
        create(workspace, experiment("small", name))
    for name in ("finished", "deleted"):
        run_experiment(workspace, name, Quiet())
    workspace.discard("experiments", "deleted")
    workspace.discard("collections", "small-2")
    jobs = Jobs(workspace.jobs_file)
    jobs.submit("experiment", "Waiting", {"experiment": "waiting"})
    return workspace


def links(count: int) -> attachments.Table:
    """Some links between documents."""
    return attachments.links_of({(f"d10{n}", f"d10{n + 1}"): 1.0 for n in range(count)})


def experiment(collection_id: str, name: str = "New", seed: int = 1) -> Experiment:
    """A small experiment with a shared branch, an index, and a system that fails."""
    chance = {"stage": "random", "depth": 9, "seed": seed}
    fused = {"stage": "rrf", "depth": 4, "inputs": [BM25, chance]}
    systems: list[dict[str, Any]] = [
        {"name": "Lexical", **BM25},
        {"name": "Tree", "stage": "rrf", "depth": 6, "inputs": [fused, chance]},
        {"name": "Chance", **chance},
        {"name": "Unknown run", "stage": "run", "run": "none-00000000"},
    ]
    asked = {"name": name, "collection": collection_id, "split": "test", "measures": ["nDCG@10"]}
    return experiment_from_dict({**asked, "systems": systems})


def uploaded(workspace: Workspace, files: dict[str, str]) -> str:
    """Upload files as the browser does; gives their source string."""
    upload_id = ""
    for name, text in files.items():
        path, source = workspace.places.new_upload(name, upload_id)
        path.write_text(text)
        upload_id = source.partition(":")[2].partition("/")[0]
    return f"upload:{upload_id}"


def import_files(seed: int) -> dict[str, str]:
    """A small collection in BEIR form, with a run beside it."""
    docs = "".join(f'{{"_id": "d{n}", "text": "word{n} seed{seed}"}}\n' for n in range(20))
    queries = "".join(f'{{"_id": "q{n}", "text": "word{n}"}}\n' for n in range(5))
    qrels = "query-id\tcorpus-id\tscore\n" + "".join(f"q{n}\td{n}\t1\n" for n in range(5))
    run = "".join(f"q{n} Q0 d{n} 1 {9 - n} tag\n" for n in range(5))
    files = {"corpus.jsonl": docs, "queries.jsonl": queries, "qrels/test.tsv": qrels}
    return files | {"mine.trec": run}


def run_id(workspace: Workspace, name: str) -> str:
    """The id of an uploaded run by its name."""
    return next(run.id for run in workspace.runs("small") if run.name == name)


def ticket(workspace: Workspace, kind: str) -> str:
    """What the first deleted thing of a kind is put back by."""
    return next(item.id for item in workspace.discarded() if item.record["kind"] == kind)


def payloads(workspace: Workspace, seed: int, linked: str = "small") -> list[tuple[str, Any]]:
    """One job of each kind that stores something; experiments and uploads are made for them."""
    collection = "small"
    made = create(workspace, experiment(collection, f"E{seed}", seed))
    upload = uploaded(workspace, import_files(seed))
    runs = {f"run{n}.trec": f"q1 Q0 d10{n} 1 {seed % 999}.5 tag\n" for n in range(2)}
    probe = {"collection": collection, "probe": "keywords", "parameters": {}, "name": f"P{seed}"}
    return [
        ("experiment", {"experiment": made}),
        ("import", {"name": f"I{seed}", "sources": [upload]}),
        (
            "import",
            {"name": "", "sources": [uploaded(workspace, runs)], "collection": collection},
        ),
        (
            "attach",
            {
                "collection": linked,
                "kind": "links",
                "source": uploaded(workspace, {"links.csv": LINKS}),
            },
        ),
        ("features", {"collection": collection, "split": "test", "encoder": None}),
        ("probe", {**probe, "queries": 3, "seed": seed}),
    ]


def submitted(number: int) -> Change:
    """Queue one kind of job, as a page does."""

    def change(workspace: Workspace) -> None:
        jobs = Jobs(workspace.jobs_file)
        for waiting in jobs.live():
            jobs.cancel(waiting.id)
        kind, payload = payloads(workspace, 5)[number]
        jobs.submit(kind, "killed", payload)

    return change


def worked(workspace: Workspace) -> None:
    """Do what waits, as the worker does when it starts; a job that was stopped is resumed."""
    jobs = Jobs(workspace.jobs_file)
    jobs.mark_lost(worker.ROLES["jobs"])
    settle(jobs, next(each for each in jobs.recent() if each.title == "killed"))
    do_waiting(workspace)
    last = next(each for each in jobs.recent() if each.title == "killed")
    assert last.state == "done", last.error


def settle(jobs: Jobs, stopped: Job) -> None:
    """Resume a job that stopped."""
    if stopped.state not in ("done", "queued"):
        jobs.resume(stopped.id)


def shrink(workspace: Workspace) -> None:
    """Empty the cache as far as its limit says."""
    for entry in workspace.cache.entries():
        os.utime(entry.folder / "record.json", (time.time() - 99, time.time() - 99))
    workspace.cache.shrink(0, time.time() - 50)


def backed_up(workspace: Workspace) -> None:
    """Back up and restore beside it."""
    target, other = workspace.folder / "saved.tar.gz", workspace.folder.parent / "other"
    if not target.exists():
        back_up(workspace, target, True, SILENT)
    if not other.exists():
        restore(target, other, SILENT)


def small(seed: int) -> Collection:
    """A collection with few queries."""
    collection = small_collection(2, seed)
    kept = Queries.of({"q1": "river study"})
    return Collection("Added", collection.corpus, kept, collection.qrels)


JOBS = {
    f"job {kind}": submitted(number)
    for number, kind in enumerate(
        ("experiment", "import", "import of runs", "attach", "features", "probe")
    )
}
# what a second try gives the same thing again, and the others
AGAIN: dict[str, Change] = {
    "rename a collection": lambda w: w.rename_collection("small", "Other"),
    "add a run": lambda w: w.add_run("small", "mine", random_run(small_collection(), 9, 1.0), {}),
    "replace an attachment": lambda w: w.add_attachment("small", "links", links(4), {}),
    "store a failure": lambda w: add_failure(w, "waiting", 0, "It failed. Mend it."),
    "run an experiment": lambda w: run_experiment(w, "waiting", Quiet()),
    "shrink the cache": shrink,
    "back up and restore": backed_up,
    **dict.fromkeys(JOBS, worked),
}
ONCE: dict[str, Change] = {
    "add a collection": lambda w: w.add_collection("Added", small(3).save),
    "add an experiment": lambda w: create(w, experiment("small")),
    "delete a collection": lambda w: w.discard("collections", "small"),
    "delete an experiment": lambda w: w.discard("experiments", "finished"),
    "delete a run": lambda w: w.discard_run("small", run_id(w, "kept")),
    "delete an attachment": lambda w: w.discard_attachment("small", "links"),
    "restore a collection": lambda w: w.restore(ticket(w, "collections")),
    "restore an experiment": lambda w: w.restore(ticket(w, "experiments")),
    "restore a run": lambda w: w.restore(ticket(w, "runs")),
    "restore an attachment": lambda w: w.restore(ticket(w, "attachments")),
    "purge an experiment": lambda w: w.purge(ticket(w, "experiments")),
}
# what else may be found when the first is killed: what the second leaves; nothing is lost
ON_THE_WAY = {"restore an attachment": "delete an attachment"}
STRIDES = {"back up and restore": 13, "shrink the cache": 3, "purge an experiment": 3}
