"""Evidence: what a stage says of one document of one query.

Plain values only, so that it travels as JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.collections.collection import Corpus, Queries
from evaluation.errors import EvaluationError
from evaluation.progress import SILENT, Progress
from evaluation.run import Run

Part = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """A query and a document, with the texts that the models read; "" where there is none."""

    query_id: str
    query: str
    doc_id: str
    text: str


@dataclass(frozen=True)
class Explained:
    """Where the score of a document at a stage comes from.

    Attributes:
        method: how the parts are shown: "terms", "occlusion", "matches", "fusion", "before"; for
            any stage "table" (one row per part, its keys are the headings; one called "Adds" is
            drawn as a bar) or "texts" (`title`, `text` and, where there is one, `detail` of what a
            model wrote); "" where there is nothing to take apart.
        parts: its parts, each with its own keys (see the file of the method).
        total: what the parts sum to; None where they are not parts of a sum.
        marks: places in the document's text that matter, `[start, end]` in characters.
        note: what a reader must know, or why there is nothing to show, as a sentence.
    """

    method: str = ""
    parts: list[Part] = field(default_factory=list)
    total: float | None = None
    marks: list[list[int]] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """What a stage is asked to explain, and what it can look at for that.

    Attributes:
        placed: the query and the document.
        corpus: all documents.
        queries: the one query, with its extra columns.
        inputs: the runs that the stage reads, for this query.
        depth: how many documents the stage returns.
        folder: of the index, for a retriever; else None.
        progress: hears of long work, and may stop it.
    """

    placed: Placed
    corpus: Corpus
    queries: Queries
    inputs: Sequence[Run]
    depth: int
    folder: Path | None = None
    progress: Progress = SILENT


def place_in(run: Run, placed: Placed) -> tuple[int | None, float | None]:
    """Give rank and score of the document in a run; None where the run does not hold it."""
    for rank, (doc_id, score) in enumerate(run.hits(placed.query_id), 1):
        if doc_id == placed.doc_id:
            return rank, score
    return None, None


def row_in(corpus: Corpus | None, placed: Placed) -> int:
    """Give the row of the document in the corpus.

    Raises:
        EvaluationError: the corpus does not hold it.
    """
    row = -1 if corpus is None else int(corpus.find([placed.doc_id])[0])
    if row < 0:
        raise EvaluationError(
            f"The collection holds no document {placed.doc_id!r}, so its score cannot be taken "
            "apart. Choose another document."
        )
    return row
