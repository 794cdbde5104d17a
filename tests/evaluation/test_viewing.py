"""A viewer changes nothing: every public method is found here, and either refuses or only reads."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation import conclusions
from evaluation.cache import Cache
from evaluation.collections.locations import Places
from evaluation.jobs import Jobs
from evaluation.store import create, list_experiments, open_results, scores_of
from evaluation.trash import Trash
from evaluation.usage import cache_rows
from evaluation.viewing import ViewedJobs, ViewedWorkspace, ViewerError
from evaluation.workspace import Workspace
from tests.sample import sample_experiment

KINDS = (Workspace, Cache, Trash, Places, Jobs)
Calls = dict[str, Callable[[], Any]]


def content(folder: Path) -> dict[str, str]:
    """Hash every file below a folder, without what SQLite keeps while a table is open."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else ""
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-wal", "-shm"))
    }


def public(kind: type) -> set[str]:
    """The names of all methods and properties that others may use."""
    found = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("_")}
    return {name for name, each in found.items() if callable(each) or isinstance(each, property)}


def use(thing: object, name: str) -> object:
    """Ask for something by its name, and call it."""
    return getattr(thing, name)(*["x"] * 3)


@pytest.fixture
def viewed(sample: tuple[Workspace, str, str]) -> tuple[ViewedWorkspace, str, str]:
    """The sample with something in its trash and a job, as a viewer sees it."""
    workspace, collection_id, experiment_id = sample
    workspace.discard_run(collection_id, workspace.runs(collection_id)[0].id)
    workspace.places.new_upload("a.csv")[0].write_text("x")
    Jobs(workspace.jobs_file).submit("experiment", "A", {"experiment": experiment_id})
    return ViewedWorkspace(workspace.folder), collection_id, experiment_id


def reading(viewed: tuple[ViewedWorkspace, str, str]) -> dict[type, Calls]:
    """A call of everything that a viewer may use, with arguments that fit."""
    workspace, collection, experiment = viewed
    jobs = ViewedJobs(workspace.jobs_file)
    job = jobs.live()[0].id
    entry = next(workspace.cache.entries())
    run = workspace.runs(collection)[0].id
    key = next(each.key for each in workspace.cache.entries() if each.kind == "run")
    return {
        Workspace: {
            "demo": lambda: workspace.demo,
            "import_root": lambda: workspace.import_root,
            "cache_limit": lambda: workspace.cache_limit,
            "logs": lambda: workspace.logs,
            "jobs_file": lambda: workspace.jobs_file,
            "cache": lambda: workspace.cache,
            "trash": lambda: workspace.trash,
            "places": lambda: workspace.places,
            "collections": workspace.collections,
            "collection": lambda: workspace.collection(collection),
            "collection_record": lambda: workspace.collection_record(collection),
            "health": lambda: workspace.health(collection),
            "runs": lambda: workspace.runs(collection),
            "run": lambda: workspace.run(collection, run),
            "attachments": lambda: workspace.attachments(collection),
            "discarded": workspace.discarded,
            "damaged": workspace.damaged,
            "experiments_folder": workspace.experiments_folder,
            "experiment_folder": lambda: workspace.experiment_folder(experiment),
        },
        Cache: {
            "find": lambda: workspace.cache.find(entry.kind, entry.key),
            "find_sound": lambda: workspace.cache.find_sound(entry.kind, entry.key),
            "content": lambda: workspace.cache.content(entry),
            "last_use": lambda: workspace.cache.last_use(entry),
            "open_run": lambda: workspace.cache.open_run(key),
            "entries": lambda: list(workspace.cache.entries()),
            "version": workspace.cache.version,
        },
        Trash: {
            "items": workspace.trash.items,
            "days_left": lambda: workspace.trash.days_left(workspace.trash.items()[0]),
        },
        Places: {
            "locate": lambda: workspace.places.locate("demo:scifact"),
            "candidates": workspace.places.candidates,
            "unused_uploads": lambda: workspace.places.unused_uploads(0),
        },
        Jobs: {
            "get": lambda: jobs.get(job),
            "recent": jobs.recent,
            "live": jobs.live,
            "pulse": jobs.pulse,
            "oldest_start": jobs.oldest_start,
            "position": lambda: jobs.position(job),
            "of_experiment": lambda: jobs.of_experiment(experiment),
        },
    }


def test_what_a_viewer_may_do_changes_nothing(viewed: tuple[ViewedWorkspace, str, str]) -> None:
    folder = viewed[0].folder
    before = content(folder)
    for calls in reading(viewed).values():
        for name, call in calls.items():
            assert call() is not None or name in ("import_root", "cache_limit"), name
            assert content(folder) == before, name


@pytest.mark.parametrize("kind", KINDS)
def test_everything_else_refuses_with_a_sentence(
    kind: type, viewed: tuple[ViewedWorkspace, str, str]
) -> None:
    workspace, before = viewed[0], content(viewed[0].folder)
    seen: dict[type, Any] = {
        Workspace: workspace,
        Cache: workspace.cache,
        Trash: workspace.trash,
        Places: workspace.places,
        Jobs: ViewedJobs(workspace.jobs_file),
    }
    refused = public(kind) - set(reading(viewed)[kind])
    assert refused, "a list of methods that is empty proves nothing"
    for name in sorted(refused):
        with pytest.raises(ViewerError, match="as a viewer"):
            use(seen[kind], name)
    assert content(viewed[0].folder) == before


def test_an_editor_can_do_what_a_viewer_cannot(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    before = content(workspace.folder)
    with pytest.raises(ViewerError):
        ViewedWorkspace(workspace.folder).rename_collection(collection_id, "Other")
    assert content(workspace.folder) == before
    workspace.rename_collection(collection_id, "Other")
    assert content(workspace.folder) != before


def test_a_viewer_makes_no_experiment(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    viewed, before = ViewedWorkspace(workspace.folder), content(workspace.folder)
    with pytest.raises(ViewerError):
        create(viewed, sample_experiment(collection_id, []))
    assert content(workspace.folder) == before
    assert len(list_experiments(viewed)) == 1
    assert cache_rows(viewed)


def test_a_viewer_sees_the_same_conclusions_without_keeping_them(
    sample: tuple[Workspace, str, str],
) -> None:
    import shutil

    workspace, collection_id, experiment_id = sample
    kept = workspace.experiment_folder(experiment_id) / "conclusions"
    shutil.rmtree(kept, ignore_errors=True)
    viewed = ViewedWorkspace(workspace.folder)
    before = content(workspace.folder)

    def concluded(place: Workspace) -> tuple[Any, Any]:
        results = open_results(place, experiment_id)
        qrels = place.collection(collection_id).split("test")
        numbers = range(len(results.done))
        columns = [scores_of(results, n, ["nDCG@10"], qrels)["nDCG@10"] for n in numbers]
        pairs = conclusions.pairs_of(place, results, {"nDCG@10": np.column_stack(columns)})[0]
        return pairs, conclusions.ranges_of(place, results, "nDCG@10")

    seen_pairs, seen_ranges = concluded(viewed)
    assert content(workspace.folder) == before
    pairs, ranges = concluded(workspace)
    assert content(workspace.folder) != before
    for seen, stored in ((seen_pairs, pairs), (seen_ranges, ranges)):
        for name, value in vars(stored).items():
            np.testing.assert_array_equal(getattr(seen, name), value)
