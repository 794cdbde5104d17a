"""The bundled collections, put into a workspace once."""

from contextlib import AbstractContextManager
from typing import Any

from evaluation.collections.import_request import ImportRequest
from evaluation.collections.importing import import_collection
from evaluation.collections.part import Part
from evaluation.disk_room import writing
from evaluation.errors import UnknownNameError
from evaluation.files import read_json, write_json
from evaluation.locking import alone
from evaluation.progress import SILENT, Progress
from evaluation.workspace import Workspace

DEMO = ("scifact", "xquad-en", "xquad-zh", "trec-dl-2020-passage")
# what lies beside the data in each folder: a record for us, figures for readers
BESIDE = ("about.json", "published.tsv")


def install_demo(workspace: Workspace, progress: Progress = SILENT) -> list[str]:
    """Put those bundled collections into a workspace that never were in it.

    One that was deleted is not put back; `add_demo` does that. Safe to call at every start, from
    several processes; a second caller waits until the first has finished.

    Returns:
        The ids of the collections that were added now.
    """
    with _alone(workspace):
        stored = {item.record.get("about", {}).get("demo") for item in workspace.collections()}
        missing = [name for name in DEMO if name not in {*installed(workspace), *stored}]
        return [_add(workspace, name, progress) for name in missing]


def add_demo(workspace: Workspace, name: str, progress: Progress = SILENT) -> str:
    """Put one bundled collection into a workspace, whether it was there before or not.

    Returns:
        Its id; that of the one which is there already, if there is one.
    """
    if name not in DEMO:
        raise UnknownNameError("demo collection", name, DEMO)
    with _alone(workspace):
        for stored in workspace.collections():
            if stored.record.get("about", {}).get("demo") == name:
                return stored.id
        return _add(workspace, name, progress)


def installed(workspace: Workspace) -> list[str]:
    """Name the bundled collections that were put into a workspace at some time."""
    record = workspace.folder / "demo.json"
    return list(read_json(record)) if record.exists() else []


def demo_catalogue(workspace: Workspace) -> list[dict[str, Any]]:
    """Describe the bundled collections: name, summary, language, licence, attribution, source."""
    return [{"demo": name} | read_json(workspace.demo / name / "about.json") for name in DEMO]


def _add(workspace: Workspace, name: str, progress: Progress) -> str:
    about = read_json(workspace.demo / name / "about.json")
    request = ImportRequest(
        about.pop("name"),
        (f"demo:{name}",),
        tuple(Part(beside, "ignored") for beside in BESIDE),
        about | {"demo": name},
    )
    collection_id = import_collection(workspace, request, progress).collection
    with writing("the list of demo collections", workspace.folder):
        write_json(workspace.folder / "demo.json", [*installed(workspace), name])
    return collection_id


def _alone(workspace: Workspace) -> AbstractContextManager[None]:
    """Hold the lock of the demo; wait for it if another session is at it."""
    return alone(workspace.folder / "demo.lock", "installing the demo")
