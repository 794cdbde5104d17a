"""A small workspace with a finished experiment, made from nothing, for tests."""

from pathlib import Path

import numpy as np

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.experiment import Experiment, experiment_from_dict
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace

TOPICS = ("river", "engine", "violin", "orchard", "glacier", "market", "planet", "harbour")
FILLER = ("old", "new", "large", "quiet", "report", "study", "found", "shows", "near", "early")


def small_collection(documents_per_topic: int = 6, seed: int = 7) -> Collection:
    """Eight topics; one query per topic; documents that name it more often are graded higher."""
    random = np.random.default_rng(seed)
    documents: list[tuple[str, str, str]] = []
    grades: dict[str, dict[str, int]] = {}
    for number, topic in enumerate(TOPICS):
        judged = grades.setdefault(f"q{number + 1}", {})
        for place in range(documents_per_topic):
            doc_id = f"d{number + 1}{place:02d}"
            words = list(random.choice(FILLER, 12)) + [topic] * (place % 3)
            random.shuffle(words)
            documents.append((doc_id, f"{topic} {place}" if place % 2 else "", " ".join(words)))
            judged[doc_id] = place % 3
    queries = Queries.of({f"q{n + 1}": f"{topic} study" for n, topic in enumerate(TOPICS)})
    return Collection("Small", corpus_of(documents), queries, {"test": Qrels.of_dict(grades)})


def random_run(collection: Collection, seed: int, noise: float, depth: int = 20) -> Run:
    """A run that sees the grades through noise."""
    random = np.random.default_rng(seed)
    ids = collection.corpus.doc_ids.to_pylist() if collection.corpus else []
    qrels, rankings = collection.qrels["test"].by_query, {}
    for query_id in collection.queries.ids:
        judged = qrels.get(query_id, {})
        scored = [(d, judged.get(d, 0) + noise * random.standard_normal()) for d in ids]
        rankings[query_id] = sorted(scored, key=lambda hit: -hit[1])[:depth]
    return Run.from_lists(rankings)


def sample_workspace(folder: Path) -> tuple[Workspace, str, str]:
    """Make a workspace; gives it with the ids of its collection and its finished experiment."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(folder)
    collection = small_collection()
    collection_id = workspace.add_collection("Small", collection.save)
    runs = [
        workspace.add_run(collection_id, f"noise {noise}", random_run(collection, 3, noise), {})
        for noise in (0.5, 1.0, 3.0)
    ]
    experiment_id = create(workspace, sample_experiment(collection_id, runs))
    run_experiment(workspace, experiment_id, Quiet())
    return workspace, collection_id, experiment_id


def sample_experiment(collection_id: str, runs: list[str]) -> Experiment:
    """Random order, the given uploaded runs, and the fusion-free baseline first."""
    systems = [{"name": "Random order", "stage": "random"}]
    systems += [
        {"name": run_id.rsplit("-", 1)[0], "stage": "run", "run": run_id} for run_id in runs
    ]
    return experiment_from_dict(
        {"name": "Sample", "collection": collection_id, "split": "test", "systems": systems}
    )
