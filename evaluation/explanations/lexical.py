"""BM25 term by term: what each term of the query adds to the score of a document."""

from collections import Counter

from evaluation.evidence import Explained, Part, Placed, row_in
from evaluation.execution import Execution
from evaluation.retrievers.bm25 import BM25, load
from evaluation.system import Node


def explain_terms(execution: Execution, node: Node, stage: BM25, placed: Placed) -> Explained:
    """Read the weight of each query term out of the index; the weights sum to the score.

    Parts are `term`, `times` (in the query), `frequency` (in the document), `documents` (that
    hold the term) and `weight` (all its occurrences in the query together), heaviest first.
    """
    row = row_in(execution.collection.corpus, placed)
    index = load(execution.cache.content(execution.index(node)))
    analyser = stage.analyser()
    asked = Counter(analyser.terms(placed.query))
    held = Counter(analyser.terms(placed.text))
    parts: list[Part] = []
    for term, times in asked.items():
        weight, documents = index.weight(term, row)
        parts.append(
            {
                "term": term,
                "times": times,
                "frequency": held[term],
                "documents": documents,
                "weight": times * weight,
            }
        )
    total = sum(part["weight"] for part in parts)
    spans = analyser.spans(placed.text, set(asked))
    return Explained(
        method="terms",
        parts=sorted(parts, key=lambda part: -part["weight"]),
        total=total,
        marks=[list(span) for span in spans],
        note=_note(parts, stage),
    )


def _note(parts: list[Part], stage: BM25) -> str:
    if not parts:
        return "The query holds no term that BM25 counts: all its words are stop words."
    if stage.variant in ("bm25l", "bm25+"):
        return "In this variant a term has a weight in documents without it, too."
    if not any(part["frequency"] for part in parts):
        return "The document holds no term of the query, so BM25 cannot find it."
    return ""
