"""How fast late interaction is searched, beside a plain loop over the documents.

    python -m benchmarks.late_interaction_speed [documents]

Token vectors are drawn near to some hundreds of directions: 384 dimensions, 30 to 270 tokens per
document. Ours scores candidates from codes of 96 bytes; the loop takes one document after another
from memory, decoded beforehand. ColBERT-PRF is compared in the same way: the loop looks for the
tokens nearest to each centre among all tokens, and scores every document. Also printed: how many of
the true best ten are among the candidates, and what 100,000 passages of 150 tokens would take.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.feedback.colbert_prf import ColBERTPRF
from evaluation.files import folder_bytes
from evaluation.models.encoding import unit
from evaluation.models.token_encoding import Encoded, Take
from evaluation.progress import SILENT
from evaluation.token_index.building import Source, build
from evaluation.token_index.expansion import NEIGHBOURS, cluster
from evaluation.token_index.index import TokenIndex, open_index
from evaluation.token_index.matching import Wanted, candidates, max_similarity

DIMENSION, THEMES, CODE_BYTES = 384, 500, 96
QUERIES, TOKENS, PROBES, CANDIDATES = 20, 20, 8, 500
FED_BACK, STAGE = 5, ColBERTPRF()
PASSAGES, PASSAGE_TOKENS = 100_000, 150


def main(documents: int) -> None:
    """Draw a corpus, index it, search it, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.process_time()
        index = _indexed(documents, folder)
        seconds, size = time.process_time() - started, folder_bytes(folder)
        tokens = len(index.stored)
        print(f"{documents:,} documents, {tokens:,} tokens, indexed in {seconds:.0f} s")
        fixed = sum((folder / f"{n}.npy").stat().st_size for n in ("centroids", "codebook"))
        per_token = (size - fixed) / tokens
        whole = per_token * PASSAGES * PASSAGE_TOKENS + fixed
        print(f"{size / 1e6:.1f} MB: {per_token:.1f} bytes per token, {fixed / 1e6:.1f} MB besides")
        print(f"{PASSAGES:,} passages of {PASSAGE_TOKENS} tokens: {whole / 1e9:.2f} GB")
        held = [index.vectors(index.rows(document)) for document in range(len(index))]
        _compare(index, held)
        _feedback(index, held)


Documents = list[npt.NDArray[np.float32]]  # the token vectors of each


def _themes() -> npt.NDArray[np.float32]:
    return unit(np.random.default_rng(1).normal(size=(THEMES, DIMENSION)).astype(np.float32))


def _tokens(random: np.random.Generator, count: int) -> npt.NDArray[np.float32]:
    themes = _themes()[random.integers(0, THEMES, count)]
    noise = random.normal(0, 0.8 / DIMENSION**0.5, themes.shape)
    return unit(themes + noise.astype(np.float32))


def _indexed(documents: int, folder: Path) -> TokenIndex:
    def texts(rows: npt.NDArray[np.int64]) -> list[str]:
        return [str(row) for row in rows.tolist()]

    def encode(rows: Sequence[str], take: Take) -> None:
        for place, row in enumerate(rows):
            random = np.random.default_rng(int(row))
            vectors = _tokens(random, int(random.integers(30, 271))).astype(np.float16)
            take(place, vectors, ["token"] * len(vectors))

    build(Source(documents, texts, encode, DIMENSION), folder, 0, CODE_BYTES, SILENT)
    return open_index(folder)


def _compare(index: TokenIndex, held: Documents) -> None:
    """Time candidates and exact scores of them, and the loop; count what candidates miss."""
    everything = np.arange(len(index))
    ours = choosing = loop = packed = 0.0
    kept = 0
    for number in range(QUERIES):
        query = _tokens(np.random.default_rng(10**6 + number), TOKENS)
        wanted = Wanted.plain(query)
        start = time.process_time()
        chosen = candidates(index, wanted, PROBES, CANDIDATES)
        choosing += time.process_time() - start
        max_similarity(index, wanted, chosen)
        ours += time.process_time() - start
        start = time.process_time()
        plain = np.array([(query @ document.T).max(axis=1).sum() for document in held])
        loop += time.process_time() - start
        start = time.process_time()
        whole = max_similarity(index, wanted, everything)
        packed += time.process_time() - start
        assert np.allclose(whole, plain, atol=1e-3)
        kept += len(set(np.argsort(-plain)[:10].tolist()) & set(chosen.tolist()))
    ms = [1000 * seconds / QUERIES for seconds in (choosing, ours, packed, loop)]
    print(f"ours: {ms[1]:.1f} ms per query, of which {ms[0]:.1f} ms choose candidates")
    print(f"ours over all documents, decoding them: {ms[2]:.1f} ms")
    print(
        f"loop over all documents, decoded beforehand: {ms[3]:.1f} ms ({ms[3] / ms[1]:.1f} times)"
    )
    print(f"{kept / (10 * QUERIES):.3f} of the true best ten are candidates ({CANDIDATES} of them)")


def _feedback(index: TokenIndex, held: Documents) -> None:
    """Time an expanded query: clustering, names of the centres, and the second search."""
    tokens, top = np.concatenate(held), np.arange(STAGE.fb_docs)
    ours = loop = 0.0
    for number in range(FED_BACK):
        query = _tokens(np.random.default_rng(10**6 + number), TOKENS)
        start = time.process_time()
        wanted, _ = STAGE.expanded(index, Encoded(query, []), top)
        max_similarity(index, wanted, candidates(index, wanted, PROBES, CANDIDATES))
        ours += time.process_time() - start
        start = time.process_time()
        centres = cluster(np.concatenate([held[document] for document in top]), STAGE.clusters)
        for centre in centres:
            np.argpartition(-(tokens @ centre), NEIGHBOURS)
        for document in held:
            (query @ document.T).max(axis=1).sum()
            (centres[: STAGE.fb_embs] @ document.T).max(axis=1).sum()
        loop += time.process_time() - start
    ms = [1000 * seconds / FED_BACK for seconds in (ours, loop)]
    print(f"ColBERT-PRF: {ms[0]:.0f} ms per query, loop {ms[1]:.0f} ms ({ms[1] / ms[0]:.1f} times)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
