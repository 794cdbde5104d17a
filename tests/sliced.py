"""A workspace whose two systems differ on long queries only, made from nothing, for tests."""

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.experiment import experiment_from_dict
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace

QUERIES = 48
WORDS = ("river", "engine", "violin", "orchard", "glacier", "market", "planet", "harbour")


def sliced_collection(queries: int = QUERIES) -> Collection:
    """Queries of one to four words about a topic each, in a column `era`; one relevant document."""
    random = np.random.default_rng(3)
    texts, grades, documents = [], {}, []
    for number in range(queries):
        words = [WORDS[number % 8], *random.choice(WORDS, number % 4)]
        texts.append(" ".join(words))
        grades[f"q{number}"] = {f"d{number}": 1}
        documents.append((f"d{number}", "", f"{words[0]} study of the {WORDS[(number + 1) % 8]}"))
    table = {
        "query_id": [f"q{number}" for number in range(queries)],
        "text": texts,
        "era": ["old" if number % 2 else "new" for number in range(queries)],
    }
    judged = {"test": Qrels.of_dict(grades)}
    return Collection("Sliced", corpus_of(documents), Queries(pa.table(table)), judged)


def sliced_workspace(workspace: Workspace, queries: int = QUERIES) -> str:
    """Store the collection and an experiment of two runs; gives the experiment's id.

    The second has the relevant document first where the query is long, the first where a coin
    says so.
    """
    random = np.random.default_rng(4)
    collection = sliced_collection(queries)
    collection_id = workspace.add_collection("Sliced", collection.save)
    places: dict[str, list[int]] = {"plain": [], "long": []}
    for number in range(queries):
        coin = int(random.integers(1, 6))
        places["plain"].append(coin)
        places["long"].append(0 if number % 4 == 3 else coin)
    runs = [
        workspace.add_run(collection_id, name, _run(found), {}) for name, found in places.items()
    ]
    asked = {
        "name": "Sliced",
        "collection": collection_id,
        "split": "test",
        "measures": ["RR@10", "nDCG@10"],
        "systems": [
            {"name": name, "stage": "run", "run": run_id}
            for name, run_id in zip(places, runs, strict=True)
        ],
    }
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def _run(places: list[int]) -> Run:
    """A run that has each query's relevant document at a place, from 0."""
    rankings = {}
    for number, place in enumerate(places):
        others = [f"d{(number + step) % len(places)}" for step in range(1, 7)]
        ranked = [*others[:place], f"d{number}", *others[place:]]
        rankings[f"q{number}"] = [(doc_id, 10.0 - rank) for rank, doc_id in enumerate(ranked)]
    return Run.from_lists(rankings)
