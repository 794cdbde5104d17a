"""Composed queries: a document to start from, and a text that says what should be different."""

from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.errors import InputError
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.feedback.base import Feedback, Searched
from evaluation.feedback.documents import Rows, part_of_score, vectors_of, without_failed
from evaluation.feedback.edits import Edit, parse_edit
from evaluation.models.encoding import Vectors, unit
from evaluation.progress import Progress
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from evaluation.stage import param
from evaluation.vector_indexes.opening import open_index

Values = npt.NDArray[np.float64]
SHOWN = 3  # queries named in an error


@dataclass(frozen=True)
class ComposedQuery(Feedback):
    """Search from a reference document, moved by the query's text as an edit of it.

    The vector is normalise(e(reference) + l * (sum of added - sum of removed phrases)): composed
    image retrieval (Chen et al., ICLR 2024) with its edits parsed into phrases (FineCIR: Li et
    al., arXiv, 2025), here between texts, by an encoder that nobody trained for it. An empty edit,
    or l = 0, finds more documents like the reference, which itself is never a result. The run
    below only says which retriever is searched.
    """

    name: ClassVar[str] = "composed"
    label: ClassVar[str] = "Composed query"
    source: ClassVar[str] = "Chen et al., ICLR 2024; Li et al., arXiv, 2025"
    facets: ClassVar[tuple[str, ...]] = ("query rewriting", "single-vector")
    needs: ClassVar[str] = "a model"
    searches = (Dense,)

    column: str = param("reference", "Column of the queries with the id of the reference.")
    weight: float = param(1.0, "Weight l of the edit beside the reference.", bounds=(0, 100))

    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        dense, half = cast("Dense", searched.stage), len(queries)
        references = self.references(corpus, queries)
        edits = [parse_edit(text) for text in queries.texts]
        phrases = phrase_queries(edits)
        progress.report(0, half, "queries")
        total = max(1, len(phrases))
        encoded = dense.query_vectors(
            phrases, lambda done: progress.report(done * half // (2 * total), half, "queries")
        )
        bases = vectors_of(open_index(searched.folder), references)
        moved = bases + self.weight * movements(edits, phrases, encoded)
        vectors = unit(moved.astype(np.float32))
        run = dense.search_vectors(corpus, queries, vectors, searched.folder, depth + 1, progress)
        return without_failed(_without(run, corpus, references, depth), first)

    def references(self, corpus: Corpus, queries: Queries) -> Rows:
        """Give the row of each query's reference document.

        Raises:
            InputError: the queries have no such column, or it names what the corpus does not hold.
        """
        if self.column not in queries.extra:
            raise InputError(
                f"{self.label}: the queries have no column {self.column!r}, which names the "
                "reference document of each. Import queries with that column, or name another one."
            )
        named = [str(value or "") for value in queries.table[self.column].to_pylist()]
        rows = corpus.find(named)
        lost = [f"{queries.ids[place]} ({named[place]!r})" for place in np.flatnonzero(rows < 0)]
        if lost:
            more = f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
            raise InputError(
                f"{self.label}: the column {self.column!r} names no document of the corpus for "
                f"{', '.join(lost[:SHOWN])}{more}. Correct these references, or leave the queries "
                "out."
            )
        return rows

    def explain(self, asked: Asked, searched: Searched) -> Explained | None:
        """List what the reference and each phrase add; they sum to the score."""
        dense, index = cast("Dense", searched.stage), open_index(searched.folder)
        [reference] = self.references(asked.corpus, asked.queries)
        rows = np.array([reference, row_in(asked.corpus, asked.placed)])
        base, target = vectors_of(index, rows)
        edit = parse_edit(asked.queries.texts[0])
        phrases = phrase_queries([edit])
        encoded = dense.query_vectors(phrases, lambda _: asked.progress.report(0, None, ""))
        whole = base + self.weight * movements([edit], phrases, encoded)[0]
        scale = 1 / max(float(np.linalg.norm(whole)), 1e-12)
        known = dict(zip(phrases.texts, encoded.astype(np.float64), strict=True))
        name = asked.corpus.doc_ids[int(reference)].as_py()
        parts: list[Part] = [part_of_score(f"Like {name}", scale, float(base @ target))]
        for what, sign, wanted in (("Add", 1, edit.plus), ("Remove", -1, edit.minus)):
            for phrase in wanted:
                weight = sign * self.weight * scale
                parts.append(
                    part_of_score(f"{what}: {phrase}", weight, float(known[phrase] @ target))
                )
        return Explained("table", parts, sum(part["Adds"] for part in parts))


def phrase_queries(edits: list[Edit]) -> Queries:
    """Give every phrase of some edits once, to be encoded."""
    phrases = dict.fromkeys(phrase for edit in edits for phrase in (*edit.plus, *edit.minus))
    return Queries.of({str(number): phrase for number, phrase in enumerate(phrases)})


def movements(edits: list[Edit], phrases: Queries, encoded: Vectors) -> Values:
    """Give the sum of the added minus the removed phrases of each edit, (edits, dimension)."""
    known = dict(zip(phrases.texts, encoded.astype(np.float64), strict=True))
    found = np.zeros((len(edits), encoded.shape[1]))
    for place, edit in enumerate(edits):
        for sign, wanted in ((1, edit.plus), (-1, edit.minus)):
            for phrase in wanted:
                found[place] += sign * known[phrase]
    return found


def _without(run: Run, corpus: Corpus, references: Rows, depth: int) -> Run:
    """Leave the reference out of each query's hits."""
    codes, rows = run.query_codes(), corpus.find(run.doc_ids)[run.documents]
    kept = rows != references[codes]
    hits = codes[kept], run.documents[kept], run.scores[kept]
    return Run.from_hits(run.query_ids, run.doc_ids, hits, depth, sorted(run.failed))
