"""What each wanted token found in one document, as rows of a table that sum to the score."""

from collections.abc import Sequence

import numpy as np

from evaluation.evidence import Explained, Part
from evaluation.models.token_encoding import Piece
from evaluation.token_index.index import TokenIndex
from evaluation.token_index.matching import Wanted

UNTRAINED = "The model was not trained for late interaction: its token vectors are a sketch of it."


def explain_matches(
    index: TokenIndex,
    wanted: Wanted,
    labels: Sequence[Part],
    document: int,
    places: Sequence[Piece],
) -> Explained:
    """Match every wanted token against a document; what the rows add is the score.

    Args:
        index: where the document is; its stored vectors are compared.
        wanted: what was looked for.
        labels: what to say of each wanted token, put before what it found.
        document: its row.
        places: the document's tokens with their places in its text, if they are told.
    """
    held = index.token_names(document)
    if not held:
        return Explained(note="The document has no tokens that count, so it cannot be found.")
    vectors = index.vectors(index.rows(document)).astype(np.float64)
    products = wanted.vectors.astype(np.float64) @ vectors.T
    best = products.argmax(axis=1).tolist()
    parts, marks = [], set()
    for row, (label, column) in enumerate(zip(labels, best, strict=True)):
        similarity, weight = float(products[row, column]), float(wanted.weights[row])
        found = {"Best in the document": held[column], "Similarity": similarity}
        parts.append({**label, **found, "Weight": weight, "Adds": weight * similarity})
        if len(places) == len(held):
            marks.add(places[column][1:])
    return Explained(
        method="table",
        parts=parts,
        total=sum(part["Adds"] for part in parts),
        marks=_joined(sorted(marks)),
    )


def _joined(spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Give places in order, those that touch as one, without those of no length."""
    found: list[list[int]] = []
    for start, end in spans:
        if end > start and (not found or start > found[-1][1]):
            found.append([start, end])
        elif end > start:
            found[-1][1] = max(found[-1][1], end)
    return found
