"""Before a system runs: what it needs and does not have, as sentences."""

from evaluation.collections.attachments import missing
from evaluation.collections.collection import Collection
from evaluation.errors import InputError
from evaluation.language_models.settings import lacking
from evaluation.system import System, searched_by

NEEDS_DOCUMENTS = ("retriever", "feedback", "reranker")


def problems(system: System, collection: Collection) -> list[str]:
    """List every reason why a system cannot run on a collection, each as a sentence."""
    found = []
    for node in system.root.walk():
        if node.stage.kind in NEEDS_DOCUMENTS and collection.corpus is None:
            found.append(
                f"{system.name}: {node.stage.label} needs documents, and {collection.name} holds "
                "run files only. Use its uploaded runs, or import a corpus."
            )
        faults = [*node.stage.misfits(len(node.inputs)), lacking(node.stage)]
        faults += missing(node.stage, collection.corpus, collection.name)
        found += [f"{system.name}: {line}" for line in faults if line]
        found += [
            f"{system.name}: {node.stage.label} reads the column {name!r} of the queries, which "
            f"{collection.name} has not. Import queries with that column, or name another one."
            for name in node.stage.columns()
            if name not in collection.queries.extra
        ]
        if node.stage.kind == "feedback":
            try:
                searched_by(node)
            except InputError as error:
                found.append(f"{system.name}: {error}")
    return found
