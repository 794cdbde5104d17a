"""How fast vector feedback is, beside a loop that scores every document for one query at a time.

    python -m benchmarks.vector_feedback_speed [documents] [queries]

Both start from the same vectors and the same first run and give the best 1,000 documents of the
changed query. Encoding the queries is the same on both sides and is left out.
"""

import sys
import time

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus
from evaluation.feedback.documents import feedback_documents
from evaluation.feedback.rocchio import Rocchio
from evaluation.models.encoding import Vectors, unit
from evaluation.run import Run
from evaluation.vector_indexes.base import Effort
from evaluation.vector_indexes.flat import FlatIndex

Documents = npt.NDArray[np.signedinteger]
DIMENSION, DEPTH = 384, 1000
STAGE = Rocchio()


def main(documents: int, queries: int) -> None:
    """Make vectors and a first run, feed back in both ways, print."""
    random = np.random.default_rng(1)
    vectors = unit(random.standard_normal((documents, DIMENSION), np.float32))
    asked = unit(random.standard_normal((queries, DIMENSION), np.float32))
    names = pa.array([f"d{row}" for row in range(documents)])
    corpus = Corpus(pa.table({"doc_id": names, "title": names, "text": names}))
    first = drawn_run(random, names, queries)
    ours(
        vectors[:100], asked[:1], Corpus(corpus.table.slice(0, 100)), first.only(["q0"])
    )  # imports
    corpus.find(["d0"])  # its index of ids is kept with a collection
    started, used = time.perf_counter(), time.process_time()
    found = ours(vectors, asked, corpus, first)
    wall, processor = time.perf_counter() - started, time.process_time() - used
    started, used = time.perf_counter(), time.process_time()
    expected = one_by_one(vectors, asked, corpus, first)
    other, busy = time.perf_counter() - started, time.process_time() - used
    same = float(np.mean([len(np.intersect1d(a, b)) for a, b in zip(found, expected, strict=True)]))
    print(f"{documents:,} documents x {DIMENSION}, {queries:,} queries, k = {STAGE.k}")
    print(f"ours: {wall:.2f} s ({processor:.2f} s of processor time)")
    print(f"loop: {other:.2f} s ({busy:.2f} s), {busy / processor:.1f} times our processor time")
    print(f"the same documents: {same / min(DEPTH, documents):.2%}")


def drawn_run(random: np.random.Generator, names: pa.Array, queries: int) -> Run:
    """Give a run of ten random documents per query."""
    codes = np.repeat(np.arange(queries), 10)
    drawn = random.integers(0, len(names), len(codes))
    return Run.from_hits(
        [f"q{n}" for n in range(queries)], names, (codes, drawn, random.random(len(codes)))
    )


def ours(vectors: Vectors, asked: Vectors, corpus: Corpus, first: Run) -> Documents:
    """Give the best documents of each changed query, (queries, depth), as the stage does."""
    index = FlatIndex(vectors)
    documents = feedback_documents(corpus, first, STAGE.k)
    mixed = STAGE.mix(asked.astype(np.float64), documents.means(index), documents)
    depth = min(DEPTH, len(vectors))
    return index.nearest(mixed.astype(np.float32), depth, Effort())[1]


def one_by_one(vectors: Vectors, asked: Vectors, corpus: Corpus, first: Run) -> list[Documents]:
    """Give the same, one query after the other, each by scoring every document."""
    rows, found = corpus.rows, []
    for query, (_, hits) in zip(asked, first, strict=True):
        fed = vectors[[rows[doc] for doc, _ in hits[: STAGE.k]]]
        changed = STAGE.a * query + STAGE.b * fed.mean(axis=0)
        scores = vectors @ changed
        best = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
        found.append(best[np.argsort(-scores[best], kind="stable")])
    return found


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:3]]
    main(*[*given, *(100_000, 1000)[len(given) :]])
