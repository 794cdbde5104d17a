"""What the pages that run systems need to know about a collection, by its id."""

from components import kept, services
from evaluation.collections.collection import Collection
from evaluation.collections.vector_sets import PREFIX
from evaluation.presets import suggested
from evaluation.system import System
from evaluation.text import suggest_tokens

SAMPLE = 200  # documents and queries looked at to tell the script


def run_names(collection_id: str) -> dict[str, str]:
    """Give the uploaded runs of a collection: name by id, in order of their names."""
    return {stored.id: stored.name for stored in services.workspace().runs(collection_id)}


def vector_sets(collection_id: str) -> list[str]:
    """List the vector sets of a collection, as a system names them."""
    found = services.workspace().attachments(collection_id)
    names = (item.id for item in found if item.id.startswith(PREFIX))
    return sorted(name.removeprefix(PREFIX) for name in names)


def has_documents(collection_id: str) -> bool:
    """Say whether a collection has documents to search in."""
    return bool(services.workspace().collection_record(collection_id).record.get("documents"))


def suggested_tokens(collection_id: str) -> str:
    """Say how the texts of a collection are best cut: `words`, or `bigrams` without spaces."""
    return _suggested_tokens(collection_id, content_of(collection_id))


def ready_made(collection_id: str) -> list[System]:
    """Give the ready-made systems, fitted to a collection; none if there is nothing to search."""
    return _ready_made(collection_id, content_of(collection_id))


def content_of(collection_id: str) -> str:
    """Give a mark that differs where a collection with the same id holds other data."""
    return str(sorted(services.collection(collection_id).fingerprints.items()))


@kept.resource(max_entries=50, show_spinner=False)
def _ready_made(collection_id: str, content: str) -> list[System]:
    del content  # only part of the key: a new collection may take the id of a deleted one
    return suggested(services.collection(collection_id))


@kept.data(max_entries=50, show_spinner=False)
def _suggested_tokens(collection_id: str, content: str) -> str:
    del content
    return suggest_tokens(_sample(services.collection(collection_id)))


def _sample(collection: Collection) -> list[str]:
    """Take texts from all over the corpus and the first queries."""
    texts = collection.queries.texts[:SAMPLE]
    corpus = collection.corpus
    if corpus is not None and len(corpus):
        step = max(1, len(corpus) // SAMPLE)
        for start in range(0, len(corpus), step):
            texts += corpus.texts(start, start + 1)
    return texts
