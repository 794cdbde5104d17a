"""A workspace that somebody may look at and not change.

Refused is whatever is not named here as reading, so a way to change something that is added later
is refused, too.
"""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from evaluation.cache import Cache
from evaluation.collections.locations import Places
from evaluation.errors import EvaluationError
from evaluation.jobs import Jobs
from evaluation.trash import Trash
from evaluation.workspace import Workspace

T = TypeVar("T")
REASON = (
    "You look at this workspace as a viewer, so nothing in it can be changed. Ask who runs the "
    "server for a workspace of your own."
)


class ViewerError(EvaluationError):
    """Somebody who may only look tried to change something."""


def _reading(*names: str) -> Callable[[type[T]], type[T]]:
    """Let every public attribute of a class refuse but those named and those it defines itself."""

    def limited(kind: type[T]) -> type[T]:
        for name in dir(kind):
            if name.startswith("_") or name in names or name in vars(kind):
                continue
            inherited = getattr(kind, name)
            if isinstance(inherited, property):
                setattr(kind, name, property(_refuse))
            elif callable(inherited):
                setattr(kind, name, _refuse)
        return kind

    return limited


def _refuse(*values: Any, **named: Any) -> NoReturn:
    del values, named
    raise ViewerError(REASON)


@_reading("find", "content", "last_use", "open_run", "entries", "version", "find_sound")
class ViewedCache(Cache):
    """Indexes and runs, to be read."""

    find_sound = Cache.find  # one that is damaged is left to those who may delete it


@_reading("items", "days_left")
class ViewedTrash(Trash):
    """What was deleted, to be seen."""


@_reading("locate", "candidates", "unused_uploads")
class ViewedPlaces(Places):
    """Where imports come from."""


@_reading("get", "recent", "live", "oldest_start", "position", "of_experiment", "pulse")
class ViewedJobs(Jobs):
    """Jobs, to be followed."""


@_reading(
    *("demo", "import_root", "cache_limit", "jobs_file", "logs"),
    *("collections", "collection", "collection_record", "health", "runs", "run", "attachments"),
    *("discarded", "damaged", "experiments_folder", "experiment_folder"),
)
class ViewedWorkspace(Workspace):
    """A workspace whose every way to change something refuses with a sentence."""

    @property
    def cache(self) -> Cache:
        """Indexes and runs, to be read."""
        return ViewedCache(super().cache.folder)

    @property
    def trash(self) -> Trash:
        """What was deleted, to be seen."""
        return ViewedTrash(super().trash.folder)

    @property
    def places(self) -> Places:
        """Where imports come from."""
        places = super().places
        return ViewedPlaces(places.uploads, places.root, places.demo)
