"""Query likelihood by a language model: how likely the query is, given the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.evidence import Asked, Explained
from evaluation.language_models.base import Likelihood
from evaluation.language_models.opening import open_model, revision_of
from evaluation.language_models.prompts import fill, marked
from evaluation.progress import Progress
from evaluation.rerankers.base import Reranker
from evaluation.stage import param

PROMPT = "Passage: {document}\nPlease write a search query that this passage answers.\nQuery:"
AT_ONCE = 64  # pairs between two reports


@dataclass(frozen=True)
class LanguageModelLikelihood(Reranker):
    """Sum of log p(query token | document, tokens before) (Sachan et al., EMNLP 2022).

    The model reads the document and a request for a query, and is asked how likely it finds the
    query; nothing is written. The query likelihood of Ponte and Croft, with a neural model.
    """

    name: ClassVar[str] = "lm-likelihood"
    label: ClassVar[str] = "Query likelihood by a language model"
    source: ClassVar[str] = "Sachan et al., EMNLP 2022; Ponte and Croft, SIGIR 1998"
    facets: ClassVar[tuple[str, ...]] = ("language model", "rerank")
    needs: ClassVar[str] = "a language model"

    model: str = param(
        "Qwen/Qwen2.5-0.5B-Instruct",
        "A causal language model: hub id, model folder, or `endpoint` if its server repeats texts "
        "with their log-probabilities (completions with echo, as vLLM does).",
    )
    per_token: bool = param(False, "Mean over the query's tokens instead of their sum.")
    characters: int = param(
        2000, "How much of a document is read, in characters.", bounds=(1, 100_000)
    )

    def revision(self) -> str:
        return marked(revision_of(self.model), PROMPT)

    def score(
        self,
        queries: Sequence[str],
        documents: Sequence[str],
        pairs: npt.NDArray[Any],
        progress: Progress,
    ) -> npt.NDArray[np.float32]:
        texts = [(queries[query], documents[document]) for query, document in pairs.tolist()]
        return np.array(self.log_likelihoods(texts, progress), np.float32)

    def log_likelihoods(
        self, texts: Sequence[tuple[str, str]], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """Give the score of each (query, document) pair of texts, in double precision."""
        found: list[float] = []
        model = open_model(self.model, lambda: progress.report(0, len(texts), "pairs"))

        def tick() -> None:
            progress.report(len(found), len(texts), "pairs")

        for start in range(0, len(texts), AT_ONCE):
            part = texts[start : start + AT_ONCE]
            prompts = [fill(PROMPT, document=document[: self.characters]) for _, document in part]
            likely = model.likelihood(prompts, [f" {query}" for query, _ in part], tick)
            found += [self._score(each) for each in likely]
            tick()
        return np.array(found, np.float64)

    def explain(self, asked: Asked) -> Explained:
        """Give what each token of the query adds; the parts sum to the score."""
        report = asked.progress.report
        model = open_model(self.model, lambda: report(0, 1, "pairs"))
        prompt = fill(PROMPT, document=asked.placed.text[: self.characters])
        found = model.likelihood(
            [prompt], [f" {asked.placed.query}"], lambda: report(0, 1, "pairs")
        )[0]
        shares = found.values / (max(1, len(found.values)) if self.per_token else 1)
        parts = [
            {"Token of the query": token, "Probability": float(np.exp(value)), "Adds": float(share)}
            for token, value, share in zip(found.tokens, found.values, shares, strict=True)
        ]
        note = "Each token given the document and the tokens before it, as a log-probability."
        return Explained("table", parts, self._score(found), note=note)

    def _score(self, found: Likelihood) -> float:
        return found.total / max(1, len(found.values)) if self.per_token else found.total
