"""Documents per second and core of our encoding against the plain sentence-transformers call.

    python -m benchmarks.encoding_speed [documents]

Encodes SciFact in parts, each part by both in turn, by one thread, and counts the seconds of the
processor, so that other work on the machine disturbs little. With all documents (the default, some
minutes) nDCG@10 of both is compared, too. Ends with an error if ours is not three times as fast,
or its nDCG@10 further than 0.005 from the plain one.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RATIO, DIFFERENCE = 3.0, 0.005
PARTS = 10
WARM_UP = 16
DEPTH = 10

Vectors = npt.NDArray[np.float32]


def main(limit: int) -> int:
    """Encode, compare, print; gives the exit code."""
    os.environ["OMP_NUM_THREADS"] = "1"  # the same for both, and figures per core
    with tempfile.TemporaryDirectory() as folder:
        collection = scifact(Path(folder))
        texts = collection.corpus.texts()[:limit]
        plain, ours = plain_encoder(), our_encoder()
        order = np.random.default_rng(7).permutation(len(texts))
        vectors = np.empty((2, len(texts), 384), np.float32)
        seconds = np.zeros((PARTS, 2))
        for number, rows in enumerate(np.array_split(order, PARTS)):
            part = [texts[row] for row in rows]
            for side, encode in enumerate((plain, ours)):
                started = time.process_time()
                vectors[side, rows] = encode(part)
                seconds[number, side] = time.process_time() - started
            rates = len(rows) / seconds[number]
            print(
                f"part {number + 1}: plain {rates[0]:.1f}, ours {rates[1]:.1f} documents/s",
                flush=True,
            )
        ratio = float(np.median(seconds[:, 0] / seconds[:, 1]))
        rates = len(texts) / seconds.sum(axis=0)
        print(f"plain {rates[0]:.1f}, ours {rates[1]:.1f} documents/s; median ratio {ratio:.2f}")
        fine = ratio >= RATIO
        if len(texts) == len(collection.corpus):
            asked = list(collection.judged_queries("test").texts)
            scores = [
                ndcg(collection, vectors[side], encode(asked))
                for side, encode in enumerate((plain, ours))
            ]
            print(f"nDCG@10: plain {scores[0]:.4f}, ours {scores[1]:.4f}")
            fine = fine and abs(scores[0] - scores[1]) <= DIFFERENCE
    return 0 if fine else 1


def scifact(folder: Path) -> Any:
    """Open the bundled collection in a fresh workspace."""
    from evaluation.collections.demo import add_demo
    from evaluation.workspace import Workspace

    workspace = Workspace.open(folder)
    return workspace.collection(add_demo(workspace, "scifact"))


def plain_encoder() -> Any:
    """Give the call that everybody writes: a SentenceTransformer and `encode`."""
    import torch
    from sentence_transformers import SentenceTransformer

    from evaluation.models.folders import DEFAULT, model_folder

    torch.set_num_threads(1)
    model = SentenceTransformer(str(model_folder(DEFAULT)), device="cpu", local_files_only=True)
    model.encode(["warm up"] * WARM_UP, show_progress_bar=False)
    return lambda texts: model.encode(texts, show_progress_bar=False)


def our_encoder() -> Any:
    """Give our encoding on the back end that `auto` means here."""
    from evaluation.models.encoding import encode
    from evaluation.models.folders import DEFAULT
    from evaluation.models.loading import load, resolve_backend

    backend = resolve_backend(DEFAULT, "auto")
    print(f"back end: {backend}")
    network = load(DEFAULT, "encoder", backend)

    def run(texts: list[str]) -> Vectors:
        out = np.empty((len(texts), network.about.dimension), np.float32)
        encode(network, [texts], out, lambda done: None)
        return out

    run(["warm up"] * WARM_UP)
    return run


def ndcg(collection: Any, documents: Vectors, queries: Vectors) -> float:
    """Give nDCG@10 of exact search over the test queries."""
    from evaluation import lab
    from evaluation.run import Run

    judged = collection.judged_queries("test")
    scores = queries @ documents.T
    best = np.argpartition(-scores, DEPTH, axis=1)[:, :DEPTH]
    codes = np.repeat(np.arange(len(queries)), DEPTH)
    values = np.take_along_axis(scores, best, axis=1)
    run = Run.from_hits(
        judged.ids, collection.corpus.doc_ids, (codes, best.ravel(), values.ravel())
    )
    return lab.score(run, collection, "nDCG@10", split="test")["nDCG@10"]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize))
