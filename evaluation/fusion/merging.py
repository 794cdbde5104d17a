"""What fusions share: bringing the runs of several systems onto the same codes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.errors import InputError
from evaluation.run import Run


@dataclass(frozen=True, eq=False)
class Pool:
    """All (query, document) pairs that any of several runs returned.

    Attributes:
        query_ids: of all runs, in the same order.
        doc_ids: of all documents.
        queries: (pairs,) query codes, in order.
        documents: (pairs,) document codes.
        places: for each run, the pair of each of its hits.
    """

    query_ids: tuple[str, ...]
    doc_ids: pa.Array
    queries: npt.NDArray[np.int64]
    documents: npt.NDArray[np.int64]
    places: list[npt.NDArray[np.int64]]

    def run(self, scores: npt.NDArray[np.float64], runs: Sequence[Run], depth: int) -> Run:
        """Make the fused run from one score per pair; a query that failed anywhere has no hits."""
        failed = set().union(*(run.failed for run in runs))
        lost = np.array([query_id in failed for query_id in self.query_ids], bool)
        kept = ~lost[self.queries] if failed else slice(None)
        hits = self.queries[kept], self.documents[kept], scores[kept]
        return Run.from_hits(self.query_ids, self.doc_ids, hits, depth, sorted(failed))


def pool(runs: Sequence[Run]) -> Pool:
    """Bring runs onto common codes.

    Raises:
        InputError: the runs do not hold the same queries in the same order.
    """
    query_ids = runs[0].query_ids
    if any(run.query_ids != query_ids for run in runs):
        raise InputError(
            "The runs to be fused hold different queries. Run all systems on the same queries."
        )
    names = pa.concat_arrays([run.doc_ids.cast(pa.string()) for run in runs])
    coded = pc.dictionary_encode(names)
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    size, keys, start = max(1, len(coded.dictionary)), [], 0
    for run in runs:
        common = codes[start : start + len(run.doc_ids)]
        keys.append(run.query_codes().astype(np.int64) * size + common[run.documents])
        start += len(run.doc_ids)
    pairs, places = np.unique(np.concatenate(keys), return_inverse=True)
    ends = np.cumsum([len(run) for run in runs])[:-1]
    return Pool(
        query_ids, coded.dictionary, pairs // size, pairs % size, np.split(places.ravel(), ends)
    )
