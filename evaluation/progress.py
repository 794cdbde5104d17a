"""How a long piece of work tells where it is, and learns that it should stop."""

from typing import Protocol


class Progress(Protocol):
    """A listener for one piece of work; every loop over documents or queries reports to one."""

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        """Say that `done` of `total` units are finished (`total` None: not known yet).

        Cheap enough to call a thousand times a second. Raises CancelledError when the work
        should stop; the caller lets it pass and leaves no half-written result behind.
        """


class Silent:
    """A progress listener that says nothing and never cancels."""

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        """Ignore the report."""


SILENT: Progress = Silent()
