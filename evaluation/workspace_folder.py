"""Where things lie: the folders and files of a workspace, and what the server's settings name."""

import os
from dataclasses import dataclass
from pathlib import Path

from evaluation.cache import Cache
from evaluation.collections.locations import Places
from evaluation.migration import LOGS
from evaluation.version import ROOT

CATALOGUE = ROOT / "data" / "catalogue.json"  # measured figures of every method


@dataclass(frozen=True)
class WorkspaceFolder:
    """The folder of a workspace, and the places in it."""

    folder: Path

    @staticmethod
    def default_folder() -> Path:
        """The folder named by RANKLAB_WORKSPACE, else `data/workspace` beside the application."""
        given = os.environ.get("RANKLAB_WORKSPACE")
        return Path(given).expanduser() if given else ROOT / "data" / "workspace"

    @property
    def demo(self) -> Path:
        """The bundled, read-only demo data."""
        return ROOT / "data" / "demo"

    @property
    def import_root(self) -> Path | None:
        """The server-side folder from which corpora may be imported (RANKLAB_IMPORT_ROOT)."""
        given = os.environ.get("RANKLAB_IMPORT_ROOT")
        return Path(given).expanduser().resolve() if given else None

    @property
    def cache(self) -> Cache:
        """Indexes and runs."""
        return Cache(self.folder / "cache")

    @property
    def cache_limit(self) -> int | None:
        """The bytes that indexes and runs may take (RANKLAB_CACHE_GB); None for no limit."""
        given = os.environ.get("RANKLAB_CACHE_GB", "")
        try:
            return int(float(given) * 1e9) if given.strip() else None
        except ValueError:
            return None

    @property
    def jobs_file(self) -> Path:
        """The SQLite file of the job table."""
        return self.folder / "jobs.sqlite"

    @property
    def logs(self) -> Path:
        """The folder of the log."""
        return self.folder / LOGS

    def worker_lock(self, role: str) -> Path:
        """The file that the worker of a role holds, and touches every two seconds."""
        return self.folder / f"worker-{role}.lock"

    @property
    def places(self) -> Places:
        """Where imports come from: uploads, the import root, the demo; see `Places.locate`."""
        return Places(self.folder / "uploads", self.import_root, self.demo)
