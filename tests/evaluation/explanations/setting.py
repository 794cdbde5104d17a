"""A system on a small collection, ready to be explained."""

from typing import Any

from evaluation.evidence import Placed
from evaluation.execution import Execution
from evaluation.experiment import experiment_from_dict
from evaluation.explanations.explain import explain
from evaluation.progress import SILENT
from evaluation.running import execution_for
from evaluation.system import System, system_from_dict
from evaluation.workspace import Workspace
from tests.sample import small_collection


class Setting:
    """One system on the small collection: its execution, and its explanations."""

    def __init__(self, workspace: Workspace, tree: dict[str, Any]) -> None:
        if not workspace.collections():
            workspace.add_collection("Small", small_collection().save)
        given = {"collection": "small", "split": "test", "systems": [tree]}
        experiment = experiment_from_dict(given)
        self.execution: Execution = execution_for(workspace, experiment, lambda line: SILENT)
        self.system: System = system_from_dict(tree)
        self.run = self.execution.run(self.system.root).run

    def placed(self, query_id: str, doc_id: str) -> Placed:
        corpus = self.execution.collection.corpus
        assert corpus is not None
        text = corpus.texts_of(corpus.find([doc_id]))[0]
        return Placed(query_id, self.execution.queries.text_of[query_id], doc_id, text)

    def explain(self, query_id: str, doc_id: str) -> list[dict[str, Any]]:
        return explain(self.execution, self.system.root, self.placed(query_id, doc_id))
