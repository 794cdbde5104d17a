"""RM3 over stored term counts, beside the obvious ways of writing it, and a BM25 grid on them.

    python -m benchmarks.feedback_speed [queries]

All give the same answers on SciFact (checked). The loop cuts the feedback documents into terms for
every query, as one does without stored counts, and adds up scores document by document in plain
Python over posting lists in dictionaries. The other one searches as we do, but cuts the feedback
documents again. Processor time of one thread, each as the best of three; the loop once.

Then nine values of k1 and b: each index from the shared counts, against from the texts by bm25s.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.collections.collection import Collection, Corpus, Queries
from evaluation.collections.demo import add_demo
from evaluation.feedback.base import Searched
from evaluation.feedback.rm3 import RM3
from evaluation.progress import SILENT
from evaluation.retrievers.base import link_base
from evaluation.retrievers.bm25 import BM25, PostingLists
from evaluation.run import Run
from evaluation.text import Analyser
from evaluation.workspace import Workspace

DEPTH, TURNS = 1000, 3
GRID = [(k1, b) for k1 in (0.6, 0.9, 1.2) for b in (0.3, 0.5, 0.7)]
STAGE = RM3(common=1.0)  # so that the loop needs no document frequencies

Weighted = list[tuple[str, float]]


def main(limit: int) -> None:
    """Build, compare, print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        collection = scifact(folder)
        corpus = collection.corpus
        if corpus is None:
            sys.exit("SciFact has no documents.")
        queries = collection.queries.only(collection.queries.ids[:limit])
        counts = folder / "counts"
        counts.mkdir()
        BM25().built_from().index(corpus, counts, SILENT)
        below = Searched(BM25(), indexed(BM25(), corpus, counts, folder / "bm25"))
        first = below.stage.search(corpus, queries, below.folder, DEPTH, SILENT)
        feedback(corpus, queries, first, below)
        grid(corpus, counts, folder)


def feedback(corpus: Corpus, queries: Queries, first: Run, below: Searched) -> None:
    """Compare RM3 with a loop, and with cutting the feedback documents again."""
    index, analyser = BM25().opened(below.folder), BM25().analyser()
    lists = posting_lists(index)
    texts, rows = corpus.texts(), {d: row for row, d in enumerate(corpus.doc_ids.to_pylist())}

    def ours() -> Run:
        return STAGE.refine(corpus, queries, first, below, DEPTH, SILENT)

    def again() -> list[dict[int, float]]:
        found = []
        for query in changed():
            documents, scores = index.search(*zip_of(query, len(texts)))
            found.append(dict(zip(documents.tolist(), scores.tolist(), strict=True)))
        return found

    def loop() -> list[dict[int, float]]:
        return [by_loop(query, lists) for query in changed()]

    def changed() -> list[Weighted]:
        found = []
        for query_id, text in zip(queries.ids, queries.texts, strict=True):
            hits = first.hits(query_id, STAGE.documents)
            given = [(texts[rows[doc_id]], score) for doc_id, score in hits]
            found.append(by_cutting(text, given, analyser, index.terms))
        return found

    seconds, run = best(ours)
    cutting, _ = best(again)
    looping, answers = best(loop, 1)
    agree(run, answers, corpus)
    each = 1000 / len(queries)
    print(f"RM3 on {len(queries)} queries over {len(texts):,} documents, ms per query:")
    print(f"  ours {seconds * each:.2f}")
    print(f"  documents cut again {cutting * each:.2f} ({cutting / seconds:.1f} times)")
    print(f"  the same, and a loop over documents {looping * each:.2f}", end=" ")
    print(f"({looping / seconds:.1f} times)")


def zip_of(query: Weighted, size: int) -> tuple[list[str], int, int, list[float]]:
    """Give a weighted query as an index takes it."""
    return [term for term, _ in query], DEPTH, size, [weight for _, weight in query]


def by_cutting(
    text: str, hits: list[tuple[str, float]], analyser: Analyser, codes: Mapping[str, int]
) -> Weighted:
    """Make the changed query from the texts of the feedback documents."""
    model: Counter[str] = Counter()
    for document, score in hits:
        words = analyser.terms(document)
        for word, times in Counter(words).items():
            model[word] += times / len(words) * score  # type: ignore[assignment]
    own = analyser.terms(text)
    added = sorted(model.items(), key=lambda pair: (-pair[1], codes[pair[0]]))[: STAGE.terms]
    rest = len(own) * (1 - STAGE.weight) / max(sum(weight for _, weight in added), 1e-9)
    kept = [(term, STAGE.weight if added else 1.0) for term in own]
    return kept + [(term, rest * weight) for term, weight in added]


def by_loop(query: Weighted, lists: Mapping[str, Mapping[int, float]]) -> dict[int, float]:
    """Add up the scores of one query in plain Python, and keep the best."""
    scores: dict[int, float] = {}
    for term, weight in query:
        for document, score in lists.get(term, {}).items():
            scores[document] = scores.get(document, 0.0) + weight * score
    return dict(sorted(scores.items(), key=lambda hit: -hit[1])[:DEPTH])


def posting_lists(index: PostingLists) -> dict[str, dict[int, float]]:
    """Hold an index as dictionaries."""
    found = {}
    for term, code in index.terms.items():
        part = slice(index.starts[code], index.starts[code + 1])
        pairs = zip(index.documents[part].tolist(), index.scores[part].tolist(), strict=True)
        found[term] = dict(pairs)
    return found


def agree(run: Run, answers: list[dict[int, float]], corpus: Corpus) -> None:
    """Make sure that both found the same scores."""
    names = corpus.doc_ids.to_pylist()
    for query_id, found in zip(run.query_ids, answers, strict=True):
        expected = {names[row]: score for row, score in found.items()}
        ours = dict(run.hits(query_id))
        gaps = [abs(expected.get(doc_id, score) - score) for doc_id, score in ours.items()]
        if len(ours) != len(expected) or max(gaps, default=0.0) > 1e-3:
            sys.exit(f"Query {query_id}: the answers differ by up to {max(gaps, default=0.0)}.")


def grid(corpus: Corpus, counts: Path, folder: Path) -> None:
    """Compare nine indexes from shared counts with nine from the texts by bm25s."""
    import bm25s

    analyser = BM25().analyser()

    def ours() -> None:
        for k1, b in GRID:
            indexed(BM25(k1=k1, b=b), corpus, counts, folder / f"{k1}-{b}-{time.time_ns()}")

    def theirs() -> None:
        for k1, b in GRID:
            words = [analyser.terms(text) for text in corpus.texts()]
            bm25s.BM25(k1=k1, b=b, backend="numpy", csc_backend="numpy").index(
                words, show_progress=False
            )

    ours()  # imports
    seconds, _ = best(ours)
    texts, _ = best(theirs, 1)
    print(f"{len(GRID)} values of k1 and b over {len(corpus):,} documents, ms per index:")
    print(f"  ours from shared counts {1000 * seconds / len(GRID):.0f}")
    print(f"  bm25s from the texts {1000 * texts / len(GRID):.0f} ({texts / seconds:.0f} times)")


def indexed(stage: BM25, corpus: Corpus, counts: Path, folder: Path) -> Path:
    """Build an index from term counts."""
    folder.mkdir()
    link_base(counts, folder)
    stage.index(corpus, folder, SILENT)
    return folder


def scifact(folder: Path) -> Collection:
    """Open the bundled collection in a fresh workspace."""
    workspace = Workspace.open(folder)
    return workspace.collection(add_demo(workspace, "scifact"))


def best(work: Callable[[], Any], turns: int = TURNS) -> tuple[float, Any]:
    """Give the least seconds of processor time of some turns, and the result."""
    seconds, result = [], None
    for _ in range(turns):
        started = time.process_time()
        result = work()
        seconds.append(time.process_time() - started)
    return float(np.min(seconds)), result


if __name__ == "__main__":
    main(*[int(number) for number in sys.argv[1:2]] or [300])
