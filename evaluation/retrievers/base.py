"""The contract of a retriever: build an index into a folder, then search it."""

import os
import shutil
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained
from evaluation.files import folder_bytes
from evaluation.progress import Progress
from evaluation.run import Run
from evaluation.stage import Stage

BASE = "base"  # folder in an index with the index that it was built from


@dataclass(frozen=True)
class Retriever(Stage):
    """A stage that finds documents in the whole corpus."""

    kind: ClassVar[str] = "retriever"

    def built_from(self) -> "Retriever | None":
        """Name the retriever whose index this one starts from, such as its vectors; or None.

        That index is built once for all that start from it, and is in `folder / BASE` when
        `index` and `search` are called.
        """
        return None

    def index_title(self) -> str:
        """Name the index to those who wait for it, maybe for another retriever's sake."""
        return self.title()

    def memory_bytes(self, folder: Path) -> int:
        """Say how much of a finished index a search holds in memory; the rest stays on disk."""
        return folder_bytes(folder)

    def explain(self, asked: Asked) -> Explained | None:
        """Say what the score of one document is made of; None where it is not told."""
        del asked
        return None

    @abstractmethod
    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        """Write an index of the corpus into a folder, in plain formats (no pickle).

        The folder is empty but for what `built_from` names.
        Reports `(documents done, documents, "documents")`, so that the rate is the encode rate.
        """

    @abstractmethod
    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        """Rank up to `depth` documents per query; documents that do not match are left out.

        The result holds every query of `queries`, in order, found or not. Loading an index is
        kept between calls within a process, so that searching one query is fast.
        """


def link_base(index: Path, folder: Path) -> None:
    """Put a finished index into `folder / BASE` without copying it, where the disk allows that.

    The files are the same ones under a second name (hard links), so that either index may be
    deleted without the other.
    """
    shutil.copytree(index, folder / BASE, copy_function=link)


def link(source: str, target: str) -> None:
    """Give a file that is never changed a second name; copy it where the disk cannot do that."""
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copyfile(source, target)
