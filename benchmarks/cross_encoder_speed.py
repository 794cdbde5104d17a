"""Pairs per second and core of our cross-encoder against the plain sentence-transformers call.

    python -m benchmarks.cross_encoder_speed [pairs]

Both run a BERT of the size of MiniLM-L6 (6 layers, 384 dimensions) with random weights, as speed
does not depend on them, on SciFact pairs drawn at random, in turn, by one thread; seconds of the
processor. The same scores are not expected to all digits, as ours computes in bfloat16 where the
processor can, and random weights leave scores close together: the rank correlation of the two is
printed. Ends with an error if it is below 0.9 or ours is slower.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.language_model_speed import Pairs, Score, scifact_pairs

ROUNDS, CORRELATION = 3, 0.9
MODEL = "random-cross-encoder"


def main(count: int) -> int:
    """Score, compare, print; gives the exit code."""
    from scipy.stats import spearmanr

    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RANKLAB_MODEL_ROOT"] = str(Path(folder) / "models")
        os.environ["RANKLAB_MODEL_CACHE"] = str(Path(folder) / "converted")
        pairs = scifact_pairs(Path(folder), count)
        build(Path(folder) / "models" / MODEL)
        sides = (plain(Path(folder) / "models" / MODEL), ours())
        seconds, scores = np.zeros((ROUNDS, 2)), np.zeros((2, count))
        for turn in range(ROUNDS):
            for side, score in enumerate(sides):
                started = time.process_time()
                scores[side] = score(pairs)
                seconds[turn, side] = time.process_time() - started
    ratio = float(np.median(seconds[:, 0] / seconds[:, 1]))
    rates, same = count / np.median(seconds, axis=0), float(spearmanr(*scores).statistic)
    print(f"sentence-transformers {rates[0]:.1f}, ours {rates[1]:.1f} pairs/s and core", end="")
    print(f"; ratio {ratio:.2f}; rank correlation of the scores {same:.4f}")
    return 0 if ratio >= 1 and same >= CORRELATION else 1


def build(folder: Path) -> None:
    """Save a cross-encoder with random weights and the default encoder's tokenizer."""
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

    from evaluation.models.folders import DEFAULT, model_folder

    torch.manual_seed(7)
    config = AutoConfig.from_pretrained(str(model_folder(DEFAULT)), num_labels=1)
    model = BertForSequenceClassification(config)
    torch.nn.init.normal_(model.classifier.weight, std=1.0)  # so that scores are apart
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(model_folder(DEFAULT))).save_pretrained(folder)


def plain(folder: Path) -> Score:
    """Give the call that everybody writes."""
    import torch
    from sentence_transformers import CrossEncoder

    torch.set_num_threads(1)
    model = CrossEncoder(str(folder), device="cpu", activation_fn=torch.nn.Identity())
    return lambda pairs: model.predict(pairs, show_progress_bar=False)


def ours() -> Score:
    """Give our scores, on the back end that `auto` means here."""
    from evaluation.models.encoding import score_pairs
    from evaluation.models.loading import load, resolve_backend
    from evaluation.progress import SILENT

    backend = resolve_backend(MODEL, "auto")
    print(f"back end: {backend}")
    network = load(MODEL, "cross-encoder", backend)

    def score(pairs: Pairs) -> object:
        return score_pairs(network, pairs, SILENT)

    score([("warm", "up")] * 8)
    return score


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 128))
