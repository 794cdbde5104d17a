"""How fast the lexical retrievers search and expand documents, beside plain Python dictionaries.

    python -m benchmarks.lexical_speed [queries] [documents]

On SciFact. The other side of a search adds up the same weights, held as one dictionary of documents
per term, and sorts; query likelihood, whose weights need the lengths of documents, takes its
logarithms there, too. The other side of the expansion finds the neighbours of one document after
the other in such dictionaries, and their words by counting; its time is scaled up from some
documents. Both sides find the same (checked). Seconds of the processor.
"""

import heapq
import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.feedback_speed import best, posting_lists, scifact
from evaluation.collections.collection import Corpus, Queries
from evaluation.lexical.counts import TermCounts
from evaluation.lexical.formula import Formula
from evaluation.lexical.lists import Lists
from evaluation.lexical.neighbours import ASKING, expansion, neighbours
from evaluation.progress import SILENT
from evaluation.retrievers.base import link_base
from evaluation.retrievers.bm25 import BM25, PostingLists
from evaluation.retrievers.bm25_fields import FieldedBM25
from evaluation.retrievers.expanded_bm25 import ExpandedBM25
from evaluation.retrievers.lexical import Lexical
from evaluation.retrievers.query_likelihood import Likelihoods, QueryLikelihood
from evaluation.run import Run

DEPTH = 1000
STAGES = (BM25(), FieldedBM25(), ExpandedBM25(), QueryLikelihood())
EXPANDED = ExpandedBM25()

Scores = dict[int, float]


def main(queries: int, documents: int) -> None:
    """Build, compare, print."""
    with tempfile.TemporaryDirectory() as place:
        collection = scifact(Path(place))
        if collection.corpus is None:
            sys.exit("SciFact has no documents.")
        asked = collection.queries.only(collection.queries.ids[:queries])
        counts = Path(place) / "counts"
        counts.mkdir()
        QueryLikelihood().index(collection.corpus, counts, SILENT)
        print(f"{len(collection.corpus):,} documents, {len(asked):,} queries, ms per query:")
        for stage in STAGES:
            searching(stage, collection.corpus, asked, counts)
        expanding(QueryLikelihood().counts(counts), documents)


def searching(stage: Lexical, corpus: Corpus, queries: Queries, counts: Path) -> None:
    """Compare the search of one retriever with a loop over dictionaries."""
    folder = counts
    if stage.built_from():
        folder = counts.parent / stage.name
        folder.mkdir()
        link_base(counts, folder)
        stage.index(corpus, folder, SILENT)
    asked = [stage.analyser().terms(text) for text in queries.texts]
    score = by_weights(stage.opened(folder))
    seconds, run = best(lambda: stage.search(corpus, queries, folder, DEPTH, SILENT))
    other, answers = best(lambda: [highest(score(terms), DEPTH) for terms in asked], 1)
    agree(run, answers)
    each = 1000 / len(queries)
    print(f"  {stage.label}: ours {seconds * each:.2f}, dictionaries {other * each:.2f}", end=" ")
    print(f"({other / seconds:.1f} times)")


def by_weights(index: object) -> Callable[[list[str]], Scores]:
    """Give what adds up the weights of an opened index in plain Python."""
    if isinstance(index, Likelihoods):
        return likelihoods(index)
    if not isinstance(index, PostingLists):
        sys.exit(f"There is no plain form of {type(index).__name__}.")
    lists = posting_lists(index)

    def score(terms: list[str]) -> Scores:
        found: Scores = {}
        for term in terms:
            for document, weight in lists.get(term, {}).items():
                found[document] = found.get(document, 0.0) + weight
        return found

    return score


def likelihoods(index: Likelihoods) -> Callable[[list[str]], Scores]:
    """Give what adds up logarithms in plain Python."""
    counts, mu = index.counts, index.mu
    lists = {term: counts.by_term.of(code) for term, code in counts.codes.items()}
    lengths, size = counts.lengths.tolist(), counts.size
    chances = {term: counts.totals[code] / size for term, code in counts.codes.items()}

    def score(terms: list[str]) -> Scores:
        found: Scores = {}
        known = [term for term in terms if term in lists]
        for term in known:
            for document, times in lists[term].items():
                seen = math.log1p(times / (mu * chances[term]))
                found[document] = found.get(document, 0.0) + seen
        return {d: s - len(known) * math.log1p(lengths[d] / mu) for d, s in found.items()}

    return score


def highest(scores: Scores, count: int) -> list[float]:
    """Give the best scores, in order; sorted with their documents, as a result needs both."""
    return [score for _, score in sorted(scores.items(), key=lambda hit: -hit[1])[:count]]


def agree(run: Run, answers: list[list[float]]) -> None:
    """Make sure that both found the same scores."""
    for query_id, expected in zip(run.query_ids, answers, strict=True):
        ours = [score for _, score in run.hits(query_id)]
        if len(ours) != len(expected):
            sys.exit(f"Query {query_id}: {len(ours)} hits, and {len(expected)} by the loop.")
        if any(abs(a - b) > 1e-3 for a, b in zip(ours, expected, strict=True)):
            sys.exit(f"Query {query_id}: the scores differ.")


def expanding(counts: TermCounts, documents: int) -> None:
    """Compare the expansion of all documents with one document after the other."""
    size = len(counts.lengths)

    def ours() -> list[Scores]:
        near = neighbours(counts, EXPANDED.neighbours, SILENT)
        added = expansion(counts, near, EXPANDED.terms, SILENT)
        return [added.of(row) for row in range(documents)]

    seconds, found = best(ours, 1)
    other, expected = best(lambda: one_by_one(counts, documents), 1)
    sums = [(sum(a.values()), sum(b.values())) for a, b in zip(found, expected, strict=True)]
    if any(abs(a - b) > 1e-3 * max(a, 1) for a, b in sums):
        sys.exit("The two expansions differ.")
    scaled = other * size / documents
    print(f"expanding {size:,} documents: ours {seconds:.1f} s, one by one {scaled:.0f} s", end=" ")
    print(f"(scaled up from {documents:,}; {scaled / seconds:.1f} times)")


def one_by_one(counts: TermCounts, documents: int) -> list[Scores]:
    """Give the words and counts that are added to the first documents, in plain Python."""
    weights, _ = Formula().weigh(counts.by_term, counts.lengths)
    weighed = Lists(counts.by_term.starts, counts.by_term.codes, weights)
    lists = [weighed.of(code) for code in range(len(counts.names))]
    rows = [counts.by_document.of(row) for row in range(len(counts.lengths))]
    held = [len(documents) for documents in lists]
    return [words(row, rows, near_to(row, rows[row], lists), held) for row in range(documents)]


def near_to(row: int, terms: Scores, lists: list[Scores]) -> Scores:
    """Find the neighbours of a document, and their shares."""
    asked = heapq.nlargest(ASKING, terms, key=lambda code: (lists[code][row], -code))
    scores: Scores = {}
    for code in asked:
        for document, weight in lists[code].items():
            scores[document] = scores.get(document, 0.0) + weight
    scores.pop(row, None)
    near = heapq.nlargest(EXPANDED.neighbours, scores, key=lambda d: (scores[d], -d))
    total = sum(scores[document] for document in near)
    return {document: scores[document] / total for document in near}


def words(row: int, rows: list[Scores], near: Scores, held: list[int]) -> Scores:
    """Give the words that the neighbours add to a document."""
    said: Scores = {}
    for document, share in near.items():
        length = sum(rows[document].values())
        for code, times in rows[document].items():
            said[code] = said.get(code, 0.0) + share * times / length
    own = sum(rows[row].values())
    likely = {code: share * own for code, share in said.items() if code not in rows[row]}
    rarity = {c: math.log1p((len(rows) - held[c] + 0.5) / (held[c] + 0.5)) for c in likely}
    kept = heapq.nlargest(EXPANDED.terms, likely, key=lambda c: likely[c] * rarity[c])
    return {code: likely[code] for code in kept}


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:3]]
    main(*[*given, *(300, 300)[len(given) :]])
