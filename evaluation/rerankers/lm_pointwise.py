"""Pointwise reranking by a language model: yes or no, and how sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.evidence import Asked, Explained
from evaluation.language_models.opening import open_model, revision_of
from evaluation.language_models.prompts import fill, marked
from evaluation.progress import Progress
from evaluation.rerankers.base import Reranker
from evaluation.stage import param

PROMPT = (
    "Query: {query}\nPassage: {document}\n"
    "Does the passage answer the query? Answer with one word, yes or no.\nAnswer:"
)
LABELS = ("yes", "no")
AT_ONCE = 64  # pairs between two reports


@dataclass(frozen=True)
class LanguageModelPointwise(Reranker):
    """The logit of yes minus that of no, asked for each document alone (as ProRank, 2025).

    The score is the log of the odds of yes, so P(yes) = 1 / (1 + exp(-score)), the softmax over
    the two tokens. Models trained for it and others are asked in the same way.
    """

    name: ClassVar[str] = "lm-pointwise"
    label: ClassVar[str] = "Yes or no by a language model"
    source: ClassVar[str] = (
        "Nogueira et al., Findings of EMNLP 2020; Li et al. (ProRank), arXiv 2506.03487, 2025"
    )
    facets: ClassVar[tuple[str, ...]] = ("language model", "rerank")
    needs: ClassVar[str] = "a language model"

    model: str = param(
        "Qwen/Qwen2.5-0.5B-Instruct",
        "A causal language model: hub id or model folder; or `endpoint`, if it tells top_logprobs.",
    )
    characters: int = param(
        2000, "How much of a document is read, in characters.", bounds=(1, 100_000)
    )

    def revision(self) -> str:
        return marked(revision_of(self.model), PROMPT, *LABELS)

    def score(
        self,
        queries: Sequence[str],
        documents: Sequence[str],
        pairs: npt.NDArray[Any],
        progress: Progress,
    ) -> npt.NDArray[np.float32]:
        texts = [(queries[query], documents[document]) for query, document in pairs.tolist()]
        told = self.log_probabilities(texts, progress)
        return (told[:, 0] - told[:, 1]).astype(np.float32)

    def log_probabilities(
        self, texts: Sequence[tuple[str, str]], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """Give log P(yes) and log P(no) as the next token for (query, document): (pairs, 2)."""
        found = np.zeros((len(texts), len(LABELS)))
        done = 0

        def tick() -> None:
            progress.report(done, len(texts), "pairs")

        model = open_model(self.model, tick)
        for done in range(0, len(texts), AT_ONCE):
            part = texts[done : done + AT_ONCE]
            prompts = [
                fill(PROMPT, query=query, document=document[: self.characters])
                for query, document in part
            ]
            found[done : done + AT_ONCE] = model.choose(prompts, LABELS, tick)
        progress.report(len(texts), len(texts), "pairs")
        return found

    def explain(self, asked: Asked) -> Explained:
        """Give the two log-probabilities, whose difference is the score, and P(yes)."""
        texts = [(asked.placed.query, asked.placed.text)]
        yes, no = self.log_probabilities(texts, asked.progress)[0].tolist()
        score = yes - no
        parts = [
            {"Answer": label, "Log-probability": value, "Adds": sign * value}
            for label, value, sign in zip(LABELS, (yes, no), (1, -1), strict=True)
        ]
        note = f"P(yes) against no: {1 / (1 + np.exp(-score)):.4f}. Asked: {PROMPT}"
        return Explained("table", parts, score, note=note)
