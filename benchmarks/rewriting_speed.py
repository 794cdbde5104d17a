"""How fast queries are changed before they are searched again, beside one query after the other.

    python -m benchmarks.rewriting_speed [documents] [queries]

On documents of SciFact with the default encoder. The other side is what one writes first: it asks
the plain sentence-transformers call for one text at a time, reads the vector of a reference
document by encoding its text, and asks the language model for one text at a time. The model is a
server on this machine that takes 50 ms for a reply, so what is measured is how we ask, not what it
writes. Both sides give the same best ten documents (the shares that agree are printed). Wall time.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from benchmarks.encoding_speed import plain_encoder
from benchmarks.feedback_speed import scifact
from evaluation.collections.collection import Corpus, Queries
from evaluation.feedback.base import Feedback, Searched
from evaluation.feedback.composed import ComposedQuery
from evaluation.feedback.encoder_feedback import EncoderFeedback
from evaluation.feedback.imagined import PROMPT, Imagined
from evaluation.feedback.think import PROMPT as THINK
from evaluation.feedback.think import Think
from evaluation.language_models.prompts import fill
from evaluation.progress import SILENT
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from tests.endpoint_server import Answer, Server, prompt_of, says, serving

WAIT_S, DEPTH, TEXTS = 0.05, 10, 3
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Setting:
    """What both sides start from.

    Attributes:
        corpus: the documents.
        queries: with a column `reference`, the id of a document.
        searched: a dense retriever and its index.
        first: its run.
        vectors: of the documents, by the plain call.
        encode: the plain call.
    """

    corpus: Corpus
    queries: Queries
    searched: Searched
    first: Run
    vectors: Vectors
    encode: Callable[[list[str]], Vectors]

    def refined(self, stage: Feedback) -> Run:
        """Give our run."""
        return stage.refine(self.corpus, self.queries, self.first, self.searched, DEPTH, SILENT)

    def nearest(self, vector: Vectors, without: int = -1) -> list[str]:
        """Give the best documents for a vector, but one."""
        rows = [row for row in np.argsort(-(self.vectors @ vector))[: DEPTH + 1] if row != without]
        return [str(self.corpus.doc_ids[int(row)]) for row in rows[:DEPTH]]


def main(documents: int, queries: int) -> None:
    """Index, compare, print."""
    os.environ["OMP_NUM_THREADS"] = "1"  # the same for both
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RANKLAB_MODEL_CACHE", folder)
        setting = prepared(Path(folder), documents, queries)
        print(f"{documents:,} documents, {queries} queries, ms per query:")
        compare(setting, EncoderFeedback(), lambda: fed_back(setting))
        compare(setting, ComposedQuery(), lambda: composed(setting))
        with serving(patch, lambda body: answered(setting, prompt_of(body))) as server:
            compare(setting, Imagined(), lambda: imagined(setting, server))
            compare(setting, Think(), lambda: thought(setting, server))
            asked = len(server.asked)
            started = time.perf_counter()
            setting.refined(Imagined())
            again = 1000 * (time.perf_counter() - started) / queries
            print(f"  asked again: {again:.1f}, {len(server.asked) - asked} calls")


def prepared(folder: Path, documents: int, count: int) -> Setting:
    """Index some documents of SciFact."""
    whole = scifact(folder / "workspace")
    if whole.corpus is None:
        sys.exit("SciFact has no documents.")
    corpus, random = Corpus(whole.corpus.table.slice(0, documents)), np.random.default_rng(7)
    queries = whole.queries.only(whole.queries.ids[:count])
    rows = random.integers(0, documents, count)
    references = corpus.doc_ids.take(pa.array(rows))
    queries = Queries(queries.table.append_column("reference", references))
    dense, place, encode = Dense(), folder / "index", plain_encoder()
    place.mkdir()
    dense.index(corpus, place, SILENT)
    first = dense.search(corpus, queries, place, DEPTH, SILENT)
    return Setting(corpus, queries, Searched(dense, place), first, encode(corpus.texts()), encode)


def compare(setting: Setting, stage: Feedback, other: Callable[[], list[list[str]]]) -> None:
    """Time both sides, and print how far they agree."""
    started = time.perf_counter()
    run = setting.refined(stage)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    expected = other()
    theirs = time.perf_counter() - started
    pairs = zip(setting.queries.ids, expected, strict=True)
    same = [len({d for d, _ in run.hits(query)} & set(found)) / DEPTH for query, found in pairs]
    each = 1000 / len(setting.queries)
    print(
        f"  {stage.label}: ours {ours * each:.1f}, one after the other {theirs * each:.1f}", end=""
    )
    print(f" ({theirs / ours:.1f} times); the same documents: {np.mean(same):.1%}", flush=True)


def fed_back(setting: Setting) -> list[list[str]]:
    """Read each query together with its passages."""
    found, stage = [], EncoderFeedback()
    tokenizer = tokens()
    for query_id, text in zip(setting.queries.ids, setting.queries.texts, strict=True):
        rows = setting.corpus.find([doc for doc, _ in setting.first.hits(query_id, stage.k)])
        passages = setting.corpus.texts_of(rows)
        cut = [tokenizer(passage, stage.passage_tokens) for passage in passages]
        found.append(setting.nearest(setting.encode([stage.joined(text, cut)])[0]))
    return found


def tokens() -> Callable[[str, int], str]:
    """Give what keeps the first tokens of a text, by the tokenizer of the default encoder."""
    from transformers import AutoTokenizer

    from evaluation.models.folders import DEFAULT, model_folder

    tokenizer: Any = AutoTokenizer.from_pretrained(str(model_folder(DEFAULT)))

    def cut(text: str, count: int) -> str:
        offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ends = [end for _, end in offsets["offset_mapping"]]
        return text[: ends[count - 1]] if len(ends) > count else text

    return cut


def composed(setting: Setting) -> list[list[str]]:
    """Move the vector of each reference's text by that of the query."""
    references = setting.corpus.find(setting.queries.table["reference"].to_pylist())
    found = []
    for row, text in zip(references.tolist(), setting.queries.texts, strict=True):
        moved = setting.encode(setting.corpus.texts(row, row + 1)) + setting.encode([text])
        found.append(setting.nearest(moved[0], without=row))
    return found


def imagined(setting: Setting, server: Server) -> list[list[str]]:
    """Ask for one passage, encode it, ask for the next."""
    found, stage = [], Imagined()
    for text in setting.queries.texts:
        passages = [setting.encode([told])[0] for told in asked(server, PROMPT, text, stage.words)]
        own = setting.encode([text])[0]
        found.append(setting.nearest(stage.weight * own + (1 - stage.weight) * mean(passages)))
    return found


def thought(setting: Setting, server: Server) -> list[list[str]]:
    """Ask for one thought, encode it with the query, ask for the next."""
    found, stage = [], Think()
    for text in setting.queries.texts:
        told = asked(server, THINK, text, stage.words)
        found.append(setting.nearest(mean([setting.encode([f"{text}\n{one}"])[0] for one in told])))
    return found


def mean(vectors: Sequence[Vectors]) -> Vectors:
    """Give the mean of some vectors."""
    return np.asarray(np.mean(vectors, axis=0))


def asked(server: Server, prompt: str, query: str, words: int) -> list[str]:
    """Ask the model for the texts of a query, one call after the other."""
    from openai import OpenAI

    client, found = OpenAI(base_url=server.url, api_key="-"), []
    for number in range(1, TEXTS + 1):
        content = fill(prompt, query=query, words=words, number=number, of=TEXTS)
        reply = client.chat.completions.create(
            model="stub", temperature=0, messages=[{"role": "user", "content": content}]
        )
        found.append(reply.choices[0].message.content or "")
    return found


def answered(setting: Setting, prompt: str) -> Answer:
    """Give a text of the corpus that only the prompt decides."""
    row = sum(prompt.encode()) % len(setting.corpus)
    said = says(setting.corpus.texts(row, row + 1)[0][:400])
    return Answer(said.body, wait_s=WAIT_S)


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:3]]
    main(*[*given, *(1000, 40)[len(given) :]])
