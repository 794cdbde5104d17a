"""What the n-grams of a document look like to a reader: a table that sums, and marked places."""

from collections.abc import Sequence

from evaluation.evidence import Explained, Part
from evaluation.ngrams.weighing import Match, WeighedNgrams

NONE = (
    "The document holds no n-gram that the query makes likelier, or none of them selected it, so "
    "it is no hit."
)


def table_of(
    weighed: WeighedNgrams,
    matches: Sequence[Match],
    text: str,
    places: Sequence[tuple[int, int]],
) -> Explained:
    """Show the n-grams that score a document, each as the text has it; they sum to the score.

    Args:
        weighed: the n-grams of the query.
        matches: those that the document holds.
        text: of the document.
        places: of each of its tokens in the text, `(start, end)` in characters.
    """
    parts: list[Part] = []
    marks: list[list[int]] = []
    for match in matches:
        length = len(weighed.ngrams[match.number])
        spans = [[places[p][0], places[p + length - 1][1]] for p in match.places]
        marks += spans
        parts.append(
            {
                "N-gram": text[spans[0][0] : spans[0][1]],
                "Occurrences": int(weighed.occurrences[match.number]),
                "Weight": float(weighed.weights[match.number]),
                "Adds": match.adds,
            }
        )
    total = sum(match.adds for match in matches)
    return Explained("table", parts, total, _apart(marks), "" if parts else NONE)


def _apart(marks: list[list[int]]) -> list[list[int]]:
    """Put marks in order, and those that share a character together (pairs of characters do)."""
    found: list[list[int]] = []
    for start, end in sorted(marks):
        if found and start < found[-1][1]:
            found[-1][1] = max(end, found[-1][1])
        else:
            found.append([start, end])
    return found
