"""Why a document stands where it stands: every stage of a system, one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evaluation.cutoffs.base import Cutoff
from evaluation.errors import EvaluationError
from evaluation.evidence import Asked, Explained, Placed, place_in
from evaluation.execution import Execution
from evaluation.explanations.late_interaction import explain_matches
from evaluation.explanations.occlusion import explain_occlusion
from evaluation.feedback.base import Feedback
from evaluation.fusion.base import Fusion
from evaluation.rerankers.base import Reranker
from evaluation.rerankers.maxsim import MaxSim
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.random_order import RandomOrder
from evaluation.retrievers.uploaded import UploadedRun
from evaluation.run import Run
from evaluation.running import Listener, execution_for
from evaluation.store import Results, SystemResult, open_results
from evaluation.system import Node, node_key
from evaluation.workspace import Workspace

Row = dict[str, Any]
CLOSED = {
    UploadedRun: "An uploaded run holds ranks and scores only; nothing says how they came about.",
    RandomOrder: "The order is drawn at random; the score is the draw.",
}


def explain_job(workspace: Workspace, payload: Mapping[str, Any], listener: Listener) -> Row:
    """Explain one document of one query for some systems of an experiment.

    Args:
        workspace: where the experiment is.
        payload: `experiment`, `systems` (numbers), `query` and `document` (ids).
        listener: of the job.

    Returns:
        `{"query", "document", "systems": [{"number", "name", "error", "stages"}]}` with the
        stages as `explain` gives them.

    Raises:
        UnknownNameError: there is no such experiment or system.
    """
    results = open_results(workspace, str(payload["experiment"]))
    execution = execution_for(workspace, results.experiment, listener.step)
    placed = _placed(execution, str(payload["query"]), str(payload["document"]))
    systems = [_system(execution, results, int(n), placed) for n in payload["systems"]]
    return {"query": placed.query_id, "document": placed.doc_id, "systems": systems}


def explain(
    execution: Execution, root: Node, placed: Placed, known: Mapping[Node, Run] | None = None
) -> list[Row]:
    """Explain a document at every stage of a system, inputs before what reads them.

    Rank and score are those of the stored runs; where one was deleted, the stage is asked again
    for this one query.

    Args:
        execution: where the system ran.
        root: the system.
        placed: query and document.
        known: runs that are at hand already.

    Returns:
        Per stage `title`, `line`, `kind`, `depth`, `inputs` (places of those it reads), `rank`
        and `score` (None where it does not return the document), `error` (why it cannot be
        explained, else ""), and the fields of `Explained`.
    """
    nodes = list(dict.fromkeys(root.walk()))
    runs: dict[Node, Run] = {}
    found = []
    for node in nodes:
        held = (known or {}).get(node)
        runs[node] = _run(execution, node, placed) if held is None else held
        rank, score = place_in(runs[node], placed)
        about = {
            "title": node.stage.title(),
            "line": node.line(),
            "kind": node.stage.kind,
            "depth": node.depth,
            "inputs": [nodes.index(child) for child in node.inputs],
            "rank": rank,
            "score": score,
            "error": "",
        }
        try:
            explained = _explained(execution, node, [runs[c] for c in node.inputs], placed)
        except EvaluationError as error:
            explained, about["error"] = Explained(), str(error)
        found.append(about | vars(explained))
    return found


def _system(execution: Execution, results: Results, number: int, placed: Placed) -> Row:
    result: SystemResult = results.system(number)
    row: Row = {"number": number, "name": result.name, "error": "", "stages": []}
    try:
        root = result.system.root
        row["stages"] = explain(execution, root, placed, {root: result.run()})
    except EvaluationError as error:
        row["error"] = str(error)
    return row


def _placed(execution: Execution, query_id: str, doc_id: str) -> Placed:
    corpus = execution.collection.corpus
    row = -1 if corpus is None else int(corpus.find([doc_id])[0])
    text = corpus.texts_of(corpus.find([doc_id]))[0] if corpus is not None and row >= 0 else ""
    return Placed(query_id, execution.queries.text_of.get(query_id, ""), doc_id, text)


def _run(execution: Execution, node: Node, placed: Placed) -> Run:
    key = node_key(node, execution.fingerprints)
    stored = execution.cache.open_run(key)
    if stored is not None:
        return stored.only([placed.query_id])
    return execution.search_once(node, execution.queries.only([placed.query_id]))


def _explained(
    execution: Execution, node: Node, inputs: Sequence[Run], placed: Placed
) -> Explained:
    stage = node.stage
    if type(stage) in CLOSED:
        return Explained(note=CLOSED[type(stage)])
    if isinstance(stage, Fusion):
        return _fusion(node, stage, inputs, placed)
    if isinstance(stage, Dense):
        return explain_occlusion(execution, node, stage, placed)
    if isinstance(stage, Reranker):
        return _reranker(execution, node, inputs[0], placed)
    told = _told(execution, node, inputs, placed)
    return told or Explained(note=f"{stage.label} does not say how its score comes about.")


def _told(
    execution: Execution, node: Node, inputs: Sequence[Run], placed: Placed
) -> Explained | None:
    """Let a stage that can explain itself do so."""
    stage, corpus = node.stage.resolved(), execution.collection.corpus
    if corpus is None:
        return None
    queries = execution.queries.only([placed.query_id])
    progress = execution.progress(f"Explaining: {stage.title()}")
    asked = Asked(placed, corpus, queries, inputs, node.depth, None, progress)
    if isinstance(stage, Retriever):
        folder = execution.cache.content(execution.index(node))
        return stage.explain(replace(asked, folder=folder))
    if isinstance(stage, Feedback):
        return stage.explain(asked, execution.searched(node))
    if isinstance(stage, Cutoff | Reranker):
        return stage.explain(asked)
    return None


def _fusion(node: Node, stage: Fusion, inputs: Sequence[Run], placed: Placed) -> Explained:
    """List what each input adds: `input`, `rank`, `score` (there) and `share` of the fused one."""
    shares = stage.contributions(inputs, placed.query_id, placed.doc_id)
    parts = []
    for place, (child, run) in enumerate(zip(node.inputs, inputs, strict=True)):
        rank, score = place_in(run, placed)
        share = shares[place] if shares else None
        parts.append({"input": child.line(), "rank": rank, "score": score, "share": share})
    held = any(part["rank"] for part in parts)
    return Explained(
        method="fusion",
        parts=parts,
        total=sum(shares) if shares else None,
        note="" if held else "No input returned the document, so the fusion cannot have it.",
    )


def _reranker(execution: Execution, node: Node, inputs: Run, placed: Placed) -> Explained:
    """Give rank and score before (`rank`, `score`, `input`), and matches where there are any."""
    rank, score = place_in(inputs, placed)
    before = {"input": node.inputs[0].line(), "rank": rank, "score": score}
    if rank is None or rank > node.depth:
        where = "did not return the document" if rank is None else f"has it at rank {rank}"
        note = f"The stage before {where}, and the reranker reads the first {node.depth} only."
        return Explained("before", [before], note=note)
    if isinstance(node.stage, MaxSim) and placed.text:
        return explain_matches(execution, node.stage, placed)
    told = _told(execution, node, [inputs], placed)
    return told or Explained("before", [before], note="A model read query and document together.")
