"""Every kind of write, ready to be tried on a disk that is full, and what it is tried on."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np

from evaluation import one_job
from evaluation.backup import back_up, restore
from evaluation.collections.attachments import CONCEPTS, concepts_of
from evaluation.collections.exporting import export_collection
from evaluation.collections.importing import import_job
from evaluation.errors import DiskFullError
from evaluation.experiment import experiment_from_dict
from evaluation.jobs import Jobs
from evaluation.language_models.base import Reply
from evaluation.language_models.replies import Replies
from evaluation.models.folders import model_folder
from evaluation.models.openvino_conversion import converted
from evaluation.models.token_store import TokenStore
from evaluation.probes.making import probe_job
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever
from evaluation.running import Quiet, execution_for, run_experiment
from evaluation.slices.stored import features_job
from evaluation.store import create, open_results
from evaluation.system import Node
from evaluation.workspace import Workspace
from tests.every_stage import of_kind, tried
from tests.tiny_models import ENCODER

Act = Callable[[Workspace], object]


@dataclass(frozen=True)
class Write:
    """One kind of write.

    Attributes:
        name: of it.
        act: does it, and gives what came of it.
        what: the words for it in the message.
        least: the smallest limit of the size of files that leaves room to record a failure.
    """

    name: str
    act: Act
    what: str
    least: int = 0


def _import(workspace: Workspace) -> object:
    payload = {"name": "Given", "sources": [f"upload:{'a' * 32}"]}
    given = import_job(workspace, payload, SILENT)
    made = workspace.collection(given["collection"])
    runs = [each.id for each in workspace.runs(given["collection"])]
    return made.fingerprints, runs, workspace.health(given["collection"])


def collection_of(workspace: Workspace) -> str:
    return next(each.id for each in workspace.collections() if each.name == "Small")


def _attach(workspace: Workspace) -> object:
    table = concepts_of({f"concept {n}": f"of {n}" for n in range(2000)})
    workspace.add_attachment(collection_of(workspace), CONCEPTS, table, {})
    return workspace.collection(collection_of(workspace)).fingerprints


def _experiment(workspace: Workspace) -> dict[str, Any]:
    collection = collection_of(workspace)
    kinds: dict[str, dict[str, Any]] = {
        "BM25": {"stage": "bm25"},
        "Dense": {"stage": "dense", "model": ENCODER},
    }
    run = workspace.runs(collection)[0].id
    parts = [*kinds.values(), {"stage": "run", "run": run}]
    systems = [{"name": name, **part} for name, part in kinds.items()]
    systems.append({"name": "All", "stage": "rrf", "inputs": parts, "depth": 20})
    return {"name": "Full", "collection": collection, "split": "test", "systems": systems}


def _create(workspace: Workspace) -> object:
    return create(workspace, experiment_from_dict(_experiment(workspace)))


def _run(workspace: Workspace) -> object:
    """Run an experiment; after a failure the same one goes on."""
    made = workspace.experiments_folder() / "full"
    experiment = made.name if made.exists() else str(_create(workspace))
    results = run_experiment(workspace, experiment, Quiet())
    return _scores(workspace, experiment), [row.state for row in results.systems]


def _scores(workspace: Workspace, experiment: str) -> object:
    rows = open_results(workspace, experiment).systems
    return [{k: v.tolist() for k, v in row.stored_scores().items()} for row in rows]


def _job(workspace: Workspace) -> object:
    """Run an experiment as the worker does; a failed job is the sentence in its record."""
    jobs = Jobs(workspace.jobs_file)
    made = workspace.experiments_folder() / "full"
    asked: dict[str, Any] = {"name": "Full", "collection": "larger", "split": "test"}
    asked["systems"] = [{"name": "BM25", "stage": "bm25"}]
    experiment = made.name if made.exists() else create(workspace, experiment_from_dict(asked))
    over = jobs.of_experiment(experiment)
    if over is None:
        jobs.submit("experiment", "Full", {"experiment": experiment})
    else:
        jobs.resume(over.id)
    while (job := jobs.claim(("experiment",))) is not None:
        if job.title == "Full":
            one_job.do(workspace, jobs, job)
    found = jobs.of_experiment(experiment)
    if found is None or found.state != "done":
        raise DiskFullError(found.error if found else "")
    return _scores(workspace, experiment)


def _features(workspace: Workspace) -> object:
    encoder = tried("dense").parameters()
    payload: dict[str, Any] = {"collection": collection_of(workspace), "split": "test"}
    payload["encoder"] = encoder
    features_job(workspace, payload, lambda _: SILENT)
    return sorted(e.key for e in workspace.cache.entries() if e.kind == "feature")


def _probe(workspace: Workspace) -> object:
    payload = {"collection": collection_of(workspace), "probe": "keywords", "parameters": {}}
    made = probe_job(workspace, payload | {"queries": 20, "seed": 3}, SILENT)
    return workspace.collection(made["collection"]).fingerprints


def _export(form: str, workspace: Workspace) -> object:
    path = workspace.export_path(collection_of(workspace), form)
    export_collection(workspace.collection(collection_of(workspace)), form, path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _discard(workspace: Workspace) -> object:
    ticket = workspace.discard("collections", collection_of(workspace))
    return workspace.collection(workspace.restore(ticket)).fingerprints


def _rename(workspace: Workspace) -> object:
    collection = collection_of(workspace)
    workspace.rename_collection(collection, "Small")
    return workspace.collection_record(collection).record


def _back_up(workspace: Workspace) -> object:
    target = workspace.folder / "made.tar.gz"
    target.unlink(missing_ok=True)
    made = back_up(workspace, target, True, SILENT)
    target.unlink()
    return made["files"]


def _restore(workspace: Workspace) -> object:
    return restore(workspace.folder / "kept.tar.gz", workspace.folder / "again", SILENT)["files"]


def _tokens(workspace: Workspace) -> object:
    store = TokenStore(workspace.folder / "models" / "tokens" / "some")
    vectors = np.random.default_rng(2).normal(size=(50, 8)).astype(np.float16)
    with store.writer() as writer:
        for number in range(50):
            writer.add(f"text {number}", vectors)
    return sum(held.sum() for _, held in store.known([f"text {n}" for n in range(50)]))


def _reply(workspace: Workspace) -> object:
    replies = Replies(workspace.folder / "models" / "replies", "some")
    replies.keep(Reply("word " * 2000), "a request")
    return replies.find("a request")


def _index(name: str, workspace: Workspace) -> object:
    experiment = experiment_from_dict(_experiment(workspace))
    execution = execution_for(workspace, experiment, lambda _: SILENT)
    entry = execution.index(Node(cast(Retriever, tried(name))))
    return entry.key


def _converted(workspace: Workspace) -> object:
    place = converted(ENCODER, "revision", model_folder(ENCODER), "encoder")
    assert place.is_relative_to(workspace.folder)
    return sorted(path.name for path in place.iterdir())


WRITES = (
    Write("import", _import, "the (collection|run)"),
    Write("attachment", _attach, "a list of concepts"),
    Write("experiment", _create, "the experiment"),
    Write("running", _run, "the (index|run|results of a system|experiment)"),
    Write("job", _job, "the (index|run|results of a system|experiment|list of jobs)", 150_000),
    Write("features", _features, "the features of queries"),
    Write("probe", _probe, "(the collection|a list of concepts)"),
    Write("beir export", partial(_export, "beir"), "the download"),
    Write("trec export", partial(_export, "trec"), "the download"),
    Write("trash", _discard, "the record of what was deleted"),
    Write("rename", _rename, "the new name"),
    Write("backup", _back_up, "the backup"),
    Write("restore", _restore, "what is in the backup"),
    Write("token vectors", _tokens, "the token vectors"),
    Write("converted model", _converted, "the converted model"),
    Write("reply", _reply, "the reply of the language model"),
)
INDEXES = tuple(
    Write(f"index of {name}", partial(_index, name), "the (index|token vectors)")
    for name in of_kind("retriever")
    # one writes next to nothing; the other searches vectors as `dense` does, and needs some
    if name not in ("random", "given-vectors")
)
