"""Query likelihood, and yes or no, by a language model: pairs together against a call per pair.

    python -m benchmarks.language_model_speed [pairs]

Both sides run the same network, a GPT-2 of six layers and 384 dimensions with random weights, on
the same SciFact documents and queries, in turn, by one thread, and the seconds of the processor
are counted, so that other work on the machine disturbs little. Ends with an error if ours is not
1.5 times as fast for the likelihood, not as fast for yes and no, or a score differs by more than
1e-3.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

RATIO, DIFFERENCE = 1.5, 1e-3
ROUNDS = 3
MODEL = "random-gpt2"
Pairs = list[tuple[str, str]]
Score = Callable[[Pairs], Any]


def main(count: int) -> int:
    """Score, compare, print; gives the exit code."""
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        pairs = scifact_pairs(Path(folder), count)
        build(Path(folder) / "models", [text for pair in pairs for text in pair])
        os.environ["RANKLAB_MODEL_ROOT"] = str(Path(folder) / "models")
        fine = compare("likelihood", pairs, (likelihood_loop(), likelihood()), RATIO)
        return 0 if compare("yes or no", pairs, (choice_loop(), choice()), 1.0) and fine else 1


def compare(name: str, pairs: Pairs, sides: tuple[Score, Score], least: float) -> bool:
    """Time both sides in turn; gives whether ours is fast enough and gives the same scores."""
    seconds, scores = np.zeros((ROUNDS, 2)), np.zeros((2, len(pairs)))
    for turn in range(ROUNDS):
        for side, score in enumerate(sides):
            started = time.process_time()
            scores[side] = score(pairs)
            seconds[turn, side] = time.process_time() - started
    ratio = float(np.median(seconds[:, 0] / seconds[:, 1]))
    rates = len(pairs) / np.median(seconds, axis=0)
    apart = float(np.abs(scores[0] - scores[1]).max())
    print(f"{name}: one call per pair {rates[0]:.1f}, ours {rates[1]:.1f} pairs/s and core", end="")
    print(f"; ratio {ratio:.2f}; largest difference of a score: {apart:.2g}", flush=True)
    return ratio >= least and apart <= DIFFERENCE


def scifact_pairs(folder: Path, count: int) -> Pairs:
    """Give queries with documents drawn at random, as reranking meets them: of any length."""
    from evaluation.collections.demo import add_demo
    from evaluation.workspace import Workspace

    workspace = Workspace.open(folder)
    collection = workspace.collection(add_demo(workspace, "scifact"))
    random = np.random.default_rng(7)
    documents = collection.corpus.texts() if collection.corpus else []
    queries = collection.judged_queries("test").texts
    drawn = random.integers(len(queries), size=count), random.integers(len(documents), size=count)
    return [(queries[q], documents[d]) for q, d in zip(*map(np.ndarray.tolist, drawn), strict=True)]


def build(root: Path, texts: list[str]) -> None:
    """Save a GPT-2 with random weights and a tokenizer trained on the texts."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    trained = ByteLevelBPETokenizer()
    texts = [*texts, " yes no" * 10_000]  # so that each of the two words is one token
    trained.train_from_iterator(texts, 8000, special_tokens=["<|end|>"], show_progress=False)
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=trained._tokenizer, model_max_length=1024, eos_token="<|end|>"
    )
    torch.manual_seed(7)
    ends = {"bos_token_id": tokenizer.eos_token_id, "eos_token_id": tokenizer.eos_token_id}
    config = GPT2Config(n_embd=384, n_layer=6, n_head=6, **ends)
    GPT2LMHeadModel(config).save_pretrained(root / MODEL)
    tokenizer.save_pretrained(root / MODEL)


def likelihood_loop() -> Score:
    """Give the loop that everybody writes: one call per pair, logits of the whole text."""
    import torch

    from evaluation.language_models.prompts import fill
    from evaluation.models.causal_loading import load_causal
    from evaluation.models.network import threads
    from evaluation.rerankers.lm_likelihood import PROMPT

    network = load_causal(MODEL)

    def score(pairs: Pairs) -> list[float]:
        torch.set_num_threads(threads())
        found = []
        for query, document in pairs:
            before = network.tokenizer(fill(PROMPT, document=document[:2000]))["input_ids"]
            wanted = network.tokenizer(f" {query}")["input_ids"]
            ids = torch.tensor([before + wanted])
            with torch.no_grad():
                logits = network.model(ids).logits[0, len(before) - 1 : -1]
            values = torch.log_softmax(logits, -1)[range(len(wanted)), wanted]
            found.append(float(values.double().sum()))
        return found

    return score


def likelihood() -> Score:
    """Give our reranker's scores."""
    from evaluation.progress import SILENT
    from evaluation.rerankers.lm_likelihood import LanguageModelLikelihood

    stage = LanguageModelLikelihood(model=MODEL)
    return lambda pairs: stage.log_likelihoods(pairs, SILENT)


def choice_loop() -> Score:
    """Give the same loop for yes and no: one call per pair and word."""
    import torch

    from evaluation.language_models.prompts import fill
    from evaluation.models.causal_loading import load_causal
    from evaluation.rerankers.lm_pointwise import LABELS, PROMPT

    network = load_causal(MODEL)

    def log_likelihood(prompt: str, word: str) -> float:
        before = network.tokenizer(prompt)["input_ids"]
        wanted = network.tokenizer(f" {word}")["input_ids"]
        with torch.no_grad():
            logits = network.model(torch.tensor([before + wanted])).logits[0, len(before) - 1 : -1]
        return float(torch.log_softmax(logits, -1)[range(len(wanted)), wanted].double().sum())

    def score(pairs: Pairs) -> list[float]:
        prompts = [fill(PROMPT, query=q, document=document[:2000]) for q, document in pairs]
        both = [[log_likelihood(prompt, word) for word in LABELS] for prompt in prompts]
        return [yes - no for yes, no in both]

    return score


def choice() -> Score:
    """Give our reranker's scores."""
    from evaluation.progress import SILENT
    from evaluation.rerankers.lm_pointwise import LanguageModelPointwise

    stage = LanguageModelPointwise(model=MODEL)

    def score(pairs: Pairs) -> Any:
        told = stage.log_probabilities(pairs, SILENT)
        return told[:, 0] - told[:, 1]

    return score


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 32))
