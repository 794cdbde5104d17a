"""Rewriting queries with a model at an endpoint that answers by a script, for tests."""

from pathlib import Path

import numpy as np

from evaluation.collections.collection import Collection, Corpus, Queries
from evaluation.feedback.base import Searched
from evaluation.feedback.imagined import Imagined
from evaluation.feedback.think import Think
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever, link_base
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from tests.endpoint_server import Answer, Body, prompt_of, says
from tests.tiny_models import ENCODER, WORDS

DENSE = Dense(model=ENCODER)
Made = tuple[Corpus, Queries, Searched, Run]


def made(stage: Retriever, collection: Collection, folder: Path) -> Made:
    """Index a collection and search it: what a stage of feedback is given."""
    assert collection.corpus is not None
    folder.mkdir()
    below = stage.built_from()
    if below is not None:
        link_base(made(below, collection, folder.with_name("below"))[2].folder, folder)
    stage.index(collection.corpus, folder, SILENT)
    run = stage.search(collection.corpus, collection.queries, folder, 50, SILENT)
    return collection.corpus, collection.queries, Searched(stage, folder), run


def refined(stage: Imagined | Think, made: Made, depth: int = 50) -> Run:
    corpus, queries, searched, first = made
    return stage.refine(corpus, queries, first, searched, depth, SILENT)


def query_of(body: Body) -> str:
    """Read the query out of a prompt."""
    return prompt_of(body).partition("Query: ")[2].partition("\n")[0]


def verbatim(body: Body) -> Answer:
    return says(query_of(body))


def topics(body: Body) -> Answer:
    """Answer with words that depend on the whole prompt."""
    random = np.random.default_rng(list(prompt_of(body).encode()))
    return says(" ".join(random.choice(WORDS, 6)))


def ranks(run: Run) -> dict[str, list[str]]:
    return {query_id: [doc_id for doc_id, _ in hits] for query_id, hits in run}
