"""What ranking 100 passages by a language model costs in calls and tokens, by method.

    python -m benchmarks.listwise_calls [shuffles]

An oracle answers the very prompts that the stages write, about 100 passages of SciFact in random
order, and its answers are as long as the form asks for, without reasoning. Beside them stands one
call per query and passage, the prompt of which is the same wording with one passage. Tokens are
those of the default encoder's tokenizer. Ends with an error if a method misses the exact top 10 or
takes more calls than published.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from evaluation.language_models.base import Reply
from evaluation.models.folders import DEFAULT, model_folder
from evaluation.rerankers.asking import AskingReranker
from evaluation.rerankers.listwise import Listwise
from evaluation.rerankers.setwise import Setwise
from evaluation.workspace import ROOT

CANDIDATES, TOP = 100, 10
METHODS: dict[str, tuple[AskingReranker, int]] = {  # the stage, and the calls it takes at most
    "setwise, 20 passages in a call": (Setwise(), 25),
    "setwise, 4 passages in a call": (Setwise(children=3), 85),
    "sliding, window 20, step 10": (Listwise(), 9),
    "full, all at once": (Listwise(mode="full"), 1),
}


@dataclass
class Oracle:
    """Answers without a mistake, and counts; passages are worth their place in `texts`."""

    texts: Sequence[str]
    tokens: Callable[[str], int]
    revision: str = "oracle"
    asked: list[Reply] = field(default_factory=list)

    def complete(
        self, prompts: Sequence[str], most_tokens: int, tick: Callable[[], None]
    ) -> list[Reply]:
        """Answer by the numbers that the passages begin with."""
        del most_tokens, tick
        self.asked += (replies := [self._reply(prompt) for prompt in prompts])
        return replies

    def _reply(self, prompt: str) -> Reply:
        listed = prompt.rpartition("<passages>\n")[2].partition("\n</passages>")[0].split("\n")
        worth = [int(line.split()[1]) for line in listed]
        order = np.argsort(worth) + 1
        chain = " > ".join(f"[{number}]" for number in order.tolist())
        text = f"<answer>[{order[0]}]</answer>" if "<answer>" in prompt else chain
        return Reply(text, self.tokens(prompt), self.tokens(text))


def main(shuffles: int) -> None:
    """Rank, check, count, print."""
    seed = int(time.time())
    random, tokens = np.random.default_rng(seed), counter()
    texts = [f"{place} {text}" for place, text in enumerate(passages(CANDIDATES))]
    query = "Which of these findings is best supported?"
    single = [tokens(Listwise().prompt(query, [text])) + 1 for text in texts]  # one word back
    print(f"{CANDIDATES} passages, {shuffles} shuffles (seed {seed})\n")
    print(f"{'':34} {'calls':>7} {'most':>5} {'tokens':>9} {'fewer calls':>12} {'tokens':>7}")
    print(f"{'one call per query and passage':34} {CANDIDATES:7} {CANDIDATES:5} {sum(single):9,}")
    for name, (stage, most) in METHODS.items():
        calls, spent = [], []
        for _ in range(shuffles):
            shuffled = [texts[place] for place in random.permutation(CANDIDATES)]
            oracle = Oracle(texts, tokens)
            [(order, _)] = stage.compare(oracle, [(query, shuffled)], lambda: None)  # type: ignore[arg-type]
            if [shuffled[place] for place in order[:TOP]] != texts[:TOP]:
                sys.exit(f"{name}: the first {TOP} are not those of the oracle.")
            calls.append(len(oracle.asked))
            spent.append(sum(r.prompt_tokens + r.reply_tokens for r in oracle.asked))
        if max(calls) > most:
            sys.exit(f"{name}: {max(calls)} calls, and {most} are published.")
        fewer, cost = CANDIDATES / np.mean(calls), np.mean(spent) / sum(single)
        figures = f"{np.mean(calls):7.1f} {max(calls):5} {np.mean(spent):9,.0f}"
        print(f"{name:34} {figures} {fewer:11.1f}x {cost:6.2f}x")


def passages(count: int) -> list[str]:
    """Read the first passages of the bundled SciFact."""
    with gzip.open(
        ROOT / "data" / "demo" / "scifact" / "corpus.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        return [json.loads(file.readline())["text"] for _ in range(count)]


def counter() -> Callable[[str], int]:
    """Count tokens as the default encoder cuts them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder(DEFAULT) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
