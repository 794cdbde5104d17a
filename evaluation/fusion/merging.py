"""What fusions share: bringing the runs of several systems onto the same codes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.errors import InputError
from evaluation.run import Run
from evaluation.run_parts import TOGETHER, RunParts

Values = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pool:
    """All (query, document) pairs that any of several runs returned.

    Attributes:
        runs: for the same queries in the same order, their documents by the same codes.
        queries: (pairs,) query codes, in order.
        documents: (pairs,) document codes.
        places: for each run, the pair of each of its hits.
    """

    runs: tuple[Run, ...]
    queries: Rows
    documents: Rows
    places: list[Rows]


def fused(runs: Sequence[Run], depth: int, score: Callable[[Pool], Values]) -> Run:
    """Fuse runs by a score for each pair of query and document, some queries at a time.

    Args:
        runs: for the same queries in the same order.
        depth: documents kept per query; a query that failed anywhere has none.
        score: gives the score of each pair of a pool; that of a query hangs on its own hits alone.

    Raises:
        InputError: the runs do not hold the same queries in the same order.
    """
    query_ids = runs[0].query_ids
    if any(run.query_ids != query_ids for run in runs):
        raise InputError(
            "The runs to be fused hold different queries. Run all systems on the same queries."
        )
    failed = frozenset[str]().union(*(run.failed for run in runs))
    lost = np.array([query_id in failed for query_id in query_ids], bool)
    joined = pa.concat_arrays([run.doc_ids.cast(pa.string()) for run in runs])
    coded = pc.dictionary_encode(joined)
    parts = RunParts(query_ids, coded.dictionary, depth)
    for start, pool in _pools(runs, coded):
        count = len(pool.runs[0].query_ids)
        kept = ~lost[start : start + count][pool.queries]
        lengths = np.bincount(pool.queries[kept], minlength=count)
        parts.add_all(lengths, pool.documents[kept], score(pool)[kept])
    return parts.run(sorted(failed))


def _pools(runs: Sequence[Run], coded: pa.DictionaryArray) -> Iterator[tuple[int, Pool]]:
    """Give the pools of some queries at a time, with the code of the first of these queries."""
    codes = coded.indices.to_numpy(zero_copy_only=False)
    cuts = np.cumsum([len(run.doc_ids) for run in runs])[:-1]
    codes_of = np.split(codes, cuts)
    ends = np.sum([run.offsets for run in runs], axis=0)
    wanted = np.arange(0, ends[-1], TOGETHER)
    inner = np.searchsorted(ends, wanted, "right") - 1
    starts = np.unique(np.concatenate([[0], inner, [len(ends) - 1]]))
    for start, end in pairwise(starts.tolist()):
        part = tuple(
            _part(run, own, coded.dictionary, slice(start, end))
            for run, own in zip(runs, codes_of, strict=True)
        )
        yield start, _pool(part)


def _part(run: Run, codes: npt.NDArray[np.int32], doc_ids: pa.Array, part: slice) -> Run:
    """Give the rankings of some queries with other document codes."""
    query_ids = run.query_ids[part]
    offsets = run.offsets[part.start : part.stop + 1]
    hits = slice(int(offsets[0]), int(offsets[-1]))
    documents = codes[run.documents[hits]]
    return Run(query_ids, doc_ids, offsets - offsets[0], documents, run.scores[hits])


def _pool(runs: tuple[Run, ...]) -> Pool:
    size = max(1, len(runs[0].doc_ids))
    keys = [run.query_codes().astype(np.int64) * size + run.documents for run in runs]
    pairs, places = np.unique(np.concatenate(keys), return_inverse=True)
    ends = np.cumsum([len(run) for run in runs])[:-1]
    return Pool(runs, pairs // size, pairs % size, np.split(places.ravel(), ends))
