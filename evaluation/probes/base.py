"""The contract of a probe: documents in; queries with judgements that are true by construction."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Corpus, Qrels, Queries
from evaluation.errors import InputError
from evaluation.progress import Progress
from evaluation.stage import Stage

Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One query of a probe.

    Attributes:
        text: as it is asked.
        grades: of the judged documents, by id.
        columns: what else is known of it, such as how deep its needle lies.
    """

    text: str
    grades: dict[str, int]
    columns: Row


@dataclass(frozen=True, eq=False)
class Made:
    """Queries, judgements and the documents they are about."""

    corpus: Corpus
    questions: list[Question]

    @property
    def queries(self) -> Queries:
        """The queries q1, q2, ... with their further columns."""
        names = list(self.questions[0].columns) if self.questions else []
        ids = [f"q{number}" for number in range(1, len(self.questions) + 1)]
        columns = {name: pa.array([q.columns[name] for q in self.questions]) for name in names}
        texts = pa.array([question.text for question in self.questions], pa.string())
        return Queries(pa.table({"query_id": pa.array(ids, pa.string()), "text": texts} | columns))

    @property
    def qrels(self) -> Qrels:
        """The judgements."""
        return Qrels.of_dict({f"q{n}": q.grades for n, q in enumerate(self.questions, 1)})


@dataclass(frozen=True)
class Probe(Stage):
    """A way to make queries. Its fields are its parameters, declared as those of a stage."""

    kind: ClassVar[str] = "probe"
    about: ClassVar[str] = ""  # what it tells about a system, in a sentence or two

    @abstractmethod
    def make(
        self, corpus: Corpus, count: int, random: np.random.Generator, progress: Progress
    ) -> Made:
        """Make up to `count` queries, the same for the same state of `random`.

        Raises:
            InputError: the documents do not give a single query.
        """


def collect(
    rows: Iterable[int],
    ask: Callable[[int], Question | None],
    count: int,
    progress: Progress,
) -> list[Question]:
    """Ask passages in the given order until there are enough questions; some give none.

    Raises:
        InputError: no passage gives one.
    """
    found: list[Question] = []
    for row in rows:
        if len(found) == count:
            break
        question = ask(int(row))
        progress.report(len(found), count, "queries")
        found += [question] if question else []
    if not found:
        raise InputError(
            "No document of this collection gives such a query: they are too short, or too much "
            "alike. Ask for shorter queries, or take another collection."
        )
    return found
