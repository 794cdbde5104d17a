"""A run file made elsewhere, standing beside our own systems as a leaf of the tree."""

from dataclasses import dataclass
from typing import ClassVar

from evaluation.stage import Stage, param


@dataclass(frozen=True)
class UploadedRun(Stage):
    """A run that was uploaded to the collection; its id ends in a hash of its content."""

    name: ClassVar[str] = "run"
    label: ClassVar[str] = "Uploaded run"
    kind: ClassVar[str] = "run"
    facets: ClassVar[tuple[str, ...]] = ("uploaded",)

    run: str = param("", "Id of a run uploaded to the collection.")
