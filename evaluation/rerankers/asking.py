"""The contract of a reranker that lets a language model order passages, a few at a time."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.evidence import Asked, Explained, Part
from evaluation.language_models.base import ENDPOINT, LanguageModel, Reply
from evaluation.language_models.opening import open_model, revision_of
from evaluation.language_models.prompts import marked
from evaluation.metering import MALFORMED, count
from evaluation.progress import Progress
from evaluation.ranking_by_model.reading import Reading
from evaluation.ranking_by_model.sorting import Items, Question, Sorting, settle
from evaluation.rerankers.base import Reranker, texts_of
from evaluation.stage import param

SIDE_BY_SIDE = 16  # queries that are settled together, so that a model gets many prompts at once


@dataclass(frozen=True)
class Comparison:
    """One request about a query.

    Attributes:
        shown: places of the candidates in the ranking, in the order of the prompt.
        reading: what the reply says of them.
        reply: as the model gave it.
    """

    shown: Items
    reading: Reading
    reply: Reply


@dataclass(frozen=True)
class AskingReranker(Reranker):
    """A reranker whose model sees several candidates at once and says which come first.

    Its scores are places: the last candidate has 1, the first as many as there are.
    """

    needs: ClassVar[str] = "a language model"
    facets: ClassVar[tuple[str, ...]] = ("language model", "rerank")

    model: str = param(ENDPOINT, "The endpoint of this server, or a local causal model: a folder.")
    passage_characters: int = param(
        1200,
        "Longest passage in a prompt, in characters; 20 of 1,200 are about 5,000 tokens.",
        bounds=(20, 100_000),
    )
    reply_tokens: int = param(
        2048, "Longest reply in tokens, reasoning included.", bounds=(1, 100_000)
    )

    def revision(self) -> str:
        """Name the model and the wording of the request, which both decide what comes out."""
        return marked(revision_of(self.model), self.prompt("query", ["passage"]))

    @abstractmethod
    def sorting(self, candidates: int) -> Sorting:
        """Say how so many candidates are sorted."""

    @abstractmethod
    def prompt(self, query: str, passages: Sequence[str]) -> str:
        """Write the request about some passages."""

    @abstractmethod
    def read(self, reply: str, passages: int) -> Reading:
        """Read the reply to such a request."""

    @abstractmethod
    def heading(self, comparison: Comparison) -> str:
        """Say in a few words what came out of a comparison."""

    def score(
        self,
        queries: Sequence[str],
        documents: Sequence[str],
        pairs: npt.NDArray[Any],
        progress: Progress,
    ) -> npt.NDArray[np.float32]:
        done = 0

        def tick() -> None:
            progress.report(done, len(pairs), "pairs")

        tick()
        model = open_model(self.model, tick)
        scores = np.zeros(len(pairs), np.float32)
        starts = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
        groups = np.split(np.arange(len(pairs)), starts[1:])
        for first in range(0, len(groups), SIDE_BY_SIDE):
            rows = groups[first : first + SIDE_BY_SIDE]
            asked = [
                (queries[pairs[r[0], 0]], [documents[d] for d in pairs[r, 1].tolist()])
                for r in rows
            ]
            for own, (order, _) in zip(rows, self.compare(model, asked, tick), strict=True):
                scores[own[order]] = np.arange(len(own), 0, -1)
                done += len(own)
            tick()
        return scores

    def compare(
        self,
        model: LanguageModel,
        asked: Sequence[tuple[str, Sequence[str]]],
        tick: Callable[[], None],
    ) -> list[tuple[Items, list[Comparison]]]:
        """Order the passages of some queries, with everything that was asked for it.

        Args:
            model: who is asked.
            asked: a query and its passages, as the ranking has them.
            tick: called while the model works; may raise to stop.

        Returns:
            For each query the places of its passages, best first, and the comparisons.
        """
        made: list[list[Comparison]] = [[] for _ in asked]

        def answer(questions: Sequence[Question]) -> list[Items]:
            prompts = []
            for place, shown in questions:
                query, passages = asked[place]
                prompts.append(self.prompt(query, [passages[item] for item in shown]))
            told = []
            replies = model.complete(prompts, self.reply_tokens, tick)
            for (place, shown), reply in zip(questions, replies, strict=True):
                reading = self.read(reply.text, len(shown))
                count(**{MALFORMED: int(reading.malformed)})
                made[place].append(Comparison(shown, reading, reply))
                told.append([shown[place] for place in reading.order])
            return told

        orders = settle([self.sorting(len(passages)) for _, passages in asked], answer)
        return list(zip(orders, made, strict=True))

    def explain(self, asked: Asked) -> Explained:
        """Show the comparisons that the document was part of, with what the model wrote.

        They are asked for again: the cache of replies has them, so this costs nothing.
        """

        def tick() -> None:
            asked.progress.report(0, None, "comparisons")

        candidates = asked.inputs[0].hits(asked.placed.query_id, asked.depth)
        doc_ids = [doc_id for doc_id, _ in candidates]
        query = asked.queries.text_of.get(asked.placed.query_id, "")
        model = open_model(self.model, tick)
        [(_, made)] = self.compare(model, [(query, texts_of(asked.corpus, doc_ids))], tick)
        own = doc_ids.index(asked.placed.doc_id)
        parts = [
            self._part(comparison, f"{number} of {len(made)}", doc_ids, own)
            for number, comparison in enumerate(made, 1)
            if own in comparison.shown
        ]
        return Explained("texts", parts, note=_summary(made, len(parts)))

    def _part(self, comparison: Comparison, number: str, doc_ids: Sequence[str], own: int) -> Part:
        """Give one comparison: its title, what the model wrote, and who was compared."""
        shown = [doc_ids[place] for place in comparison.shown]
        named = (f"[{number}] {doc_id}" for number, doc_id in enumerate(shown, 1))
        outcome = self.heading(comparison)
        if comparison.reading.malformed:
            outcome = "malformed reply, order kept"
        return {
            "title": f"Comparison {number}, with this document as "
            f"[{comparison.shown.index(own) + 1}]: {outcome}",
            "text": comparison.reading.reasoning or comparison.reply.text,
            "detail": ", ".join(named),
        }


def _summary(made: Sequence[Comparison], shown: int) -> str:
    """Say what the comparisons of the query cost, and how many are not shown."""
    malformed = sum(comparison.reading.malformed for comparison in made)
    kept = sum(comparison.reply.cached for comparison in made)
    tokens = [
        sum(getattr(comparison.reply, name) for comparison in made)
        for name in ("prompt_tokens", "reply_tokens")
    ]
    return (
        f"The query took {len(made):,} comparisons ({tokens[0]:,} tokens sent, {tokens[1]:,} "
        f"written). Malformed replies, which keep the order: {malformed:,}. The document was part "
        f"of {shown:,}; {len(made) - shown:,} without it are not shown. Replies that came from "
        f"the cache just now: {kept:,}."
    )
