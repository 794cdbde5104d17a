"""Turns of the workers of a server: one at a time does a job, whoever's workspace it is in.

Ten people have ten workspaces with a worker each. They would load ten times the same models and
share two cores, so that nobody is served well; with turns they queue.
"""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from evaluation.locking import only_one
from evaluation.people import FOLDER, server_folder

YIELD_S = 0.5  # after a job, so that a worker that waits is next; they look more often than that
CROWDED_S = 30.0  # an idle worker keeps its models so long while another one works


@dataclass(frozen=True)
class Turns:
    """The turns of one worker among those of its role on the server.

    Attributes:
        folder: the workspace of the worker.
        role: workers of another role have turns of their own.
    """

    folder: Path
    role: str

    @property
    def shared(self) -> bool:
        """Whether the server has people with workspaces of their own."""
        return (server_folder(self.folder) / FOLDER).is_dir()

    def take(self) -> AbstractContextManager[bool]:
        """Take the turn for a block, without waiting; gives whether it was free."""
        return only_one(server_folder(self.folder) / f"turn-{self.role}.lock")

    def give_way(self) -> None:
        """Let another worker have the next turn."""
        if self.shared:
            time.sleep(YIELD_S)

    def crowded(self, idle_s: float) -> bool:
        """Whether a worker that had nothing to do for so long should end: another is at work.

        The models that it still holds take memory which the other may need.
        """
        if idle_s < CROWDED_S or not self.shared:
            return False
        with self.take() as free:
            return not free
