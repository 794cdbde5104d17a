"""The tour of the literature: one system for each method that works with what is here.

Every stage says by which parameters it is shown (`Stage.examples`); what it needs below it is put
there: a fusion merges BM25 and dense vectors, feedback searches the first retriever it can work
with, a reranker orders the best of BM25, a cut-off ends a hybrid.
"""

from collections.abc import Mapping
from typing import Any

from evaluation.collections.collection import Collection
from evaluation.feedback.base import Feedback
from evaluation.fusion.rrf import ReciprocalRank
from evaluation.language_models.settings import lacking
from evaluation.models.folders import find_model
from evaluation.presets import SAMPLE, lexical
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.dense import Dense
from evaluation.stage import Stage, make_stage, stages
from evaluation.system import RERANK_DEPTH, Node, System
from evaluation.system_editing import suggested_name
from evaluation.system_problems import problems
from evaluation.text import suggest_tokens


def tour(collection: Collection) -> tuple[list[System], dict[str, str]]:
    """Give the systems of the tour, and why a stage is not among them.

    Returns:
        The systems, in the order of `stages()`, and for each stage that is left out its label with
        the reason, as a sentence.
    """
    if collection.corpus is None:
        return [], {}
    tokens = suggest_tokens(collection.corpus.texts(0, SAMPLE))
    bm25 = lexical(tokens, collection.about.get("language", ""))
    systems, left_out = list[System](), dict[str, str]()
    for name, cls in stages().items():
        for parameters in cls.examples if cls.kind != "run" else ():
            root = _rooted(_fitted(name, parameters, bm25), bm25)
            system = System(suggested_name(root, {}), root)
            reasons = _missing(root) or problems(system, collection)
            if reasons:
                left_out[cls.label] = reasons[0].removeprefix(f"{system.name}: ")
            else:
                systems.append(system)
    return systems, left_out


def example(stage: Stage) -> System:
    """Give one system that shows a stage, on English words."""
    root = _rooted(stage, BM25())
    return System(suggested_name(root, {}), root)


def _fitted(name: str, parameters: Mapping[str, Any], bm25: BM25) -> Stage:
    """Make a stage that cuts texts into terms as the collection needs it."""
    known = make_stage(name, {}).parameters()
    cutting = {p: getattr(bm25, p) for p in ("tokens", "stemmer", "stop_words") if p in known}
    return make_stage(name, cutting | dict(parameters))


def _rooted(stage: Stage, bm25: BM25) -> Node:
    """Put below a stage what it reads from."""
    first, second = Node(bm25), Node(Dense())
    if isinstance(stage, Feedback):
        below = stage.searches[0]
        return Node(stage, (first if below is BM25 else Node(_fitted(below.name, {}, bm25)),))
    inputs: Mapping[str, tuple[Node, ...]] = {
        "fusion": (first, second),
        "reranker": (first,),
        "cutoff": (Node(ReciprocalRank(), (first, second)),),
    }
    depth = {"depth": RERANK_DEPTH} if stage.kind == "reranker" else {}
    return Node(stage, inputs.get(stage.kind, ()), **depth)


def _missing(root: Node) -> list[str]:
    """List what the stages of a system need and this machine does not have."""
    found = []
    for node in root.walk():
        model = str(node.stage.parameters().get("model", ""))
        if node.stage.needs == "a language model":
            asks = "It asks a language model, which takes long or costs money: run it by itself."
            found.append(lacking(node.stage) or asks)
        elif node.stage.needs == "a model" and model and find_model(model) is None:
            found.append(f"It needs a model, and {model} is not on this machine.")
    return found
