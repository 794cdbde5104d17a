"""Dense retrieval: the sentence nearest to the query, and what each word of the query brings.

One vector stands for a whole text, so nothing adds up to its score. What can be measured is what
the score loses when a word of the query is left out (occlusion: Zeiler and Fergus, ECCV 2014;
Li, Monroe and Jurafsky, arXiv 1612.08220, 2016), and which sentence alone is nearest.
"""

import re
from collections.abc import Sequence

import numpy as np

from evaluation.evidence import Explained, Part, Placed, row_in
from evaluation.execution import Execution
from evaluation.models.encoding import Vectors, encode
from evaluation.models.network import Network
from evaluation.retrievers.dense import Dense, own_prompt
from evaluation.system import Node
from evaluation.vector_indexes.opening import open_index

WORD = re.compile(r"\w+(?:['’]\w+)*")  # noqa: RUF001 - the apostrophe that typesetters use
SENTENCE = re.compile(r"[^.!?。！？\n]*[^.!?。！？\s][^.!?。！？\n]*[.!?。！？]*")  # noqa: RUF001
WORDS, SENTENCES = 60, 200  # at most so many are tried


def explain_occlusion(execution: Execution, node: Node, stage: Dense, placed: Placed) -> Explained:
    """Encode the query without each of its words, and the document's sentences one by one.

    Parts are `word`, `score` (without the word) and `drop` (what it loses), in query order. The
    first mark is the nearest sentence. `total` is the score computed anew from the index.
    """
    row = row_in(execution.collection.corpus, placed)
    folder = execution.cache.content(execution.index(node))
    progress = execution.progress(f"Explaining: {stage.title()}")
    network = stage.network(lambda: progress.report(0, None, ""))
    index = open_index(folder)
    document = index.vector(row)
    words = [match.span() for match in WORD.finditer(placed.query)][:WORDS]
    without = [placed.query[:start] + placed.query[end:] for start, end in words]
    prompt = stage.query_prompt or own_prompt(network.about, "query")
    queries = _vectors(network, [placed.query, *without], len(document), prompt)
    scores = (queries @ document).tolist()
    parts: list[Part] = [
        {"word": placed.query[start:end], "score": score, "drop": scores[0] - score}
        for (start, end), score in zip(words, scores[1:], strict=True)
    ]
    mark, similarity = _nearest(network, placed.text, queries[0], stage)
    return Explained(
        method="occlusion",
        parts=parts,
        total=scores[0],
        marks=[list(mark)] if mark else [],
        note=f"The marked sentence alone would score {similarity:.4f}." if mark else "",
    )


def _nearest(
    network: Network, text: str, query: Vectors, stage: Dense
) -> tuple[tuple[int, int] | None, float]:
    """Give the sentence whose own vector is nearest to the query's, and its score."""
    spans = sentences(text)[:SENTENCES]
    if not spans:
        return None, 0.0
    prompt = stage.document_prompt or own_prompt(network.about, "document")
    vectors = _vectors(network, [text[start:end] for start, end in spans], len(query), prompt)
    scores = vectors @ query
    best = int(scores.argmax())
    return spans[best], float(scores[best])


def sentences(text: str) -> list[tuple[int, int]]:
    """Give the places of the sentences of a text, in characters: roughly, by their marks."""
    spans = [match.span() for match in SENTENCE.finditer(text)]
    found = []
    for start, end in spans:
        inner = text[start:end]
        found.append((start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())))
    return found


def _vectors(network: Network, texts: Sequence[str], width: int, prompt: str) -> Vectors:
    out = np.empty((len(texts), width), np.float32)
    encode(network, [texts], out, lambda done: None, prompt)
    return out
