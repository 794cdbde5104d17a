"""Finished experiments on indexes, made from nothing: runs and costs as if they had been run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.index_experiments import depth_by_width, index_experiment, index_types
from evaluation.measures.measures import evaluate
from evaluation.models.folders import DEFAULT
from evaluation.store import add_system, create
from evaluation.system import System
from evaluation.workspace import Workspace
from tests.sample import random_run


def figures_of(held: int, encoding: int | None = 480, seed: int = 0) -> dict[str, Any]:
    """Costs as an execution measures them."""
    latency = np.random.default_rng(seed).uniform(1, 2, 30)
    return {
        "latency_ms": latency.tolist(),
        "searching_ms": (latency / 10).tolist(),
        "latency_p50_ms": float(np.median(latency)),
        "latency_p95_ms": float(np.quantile(latency, 0.95)),
        "index_bytes": held + 1000,
        "memory_bytes": held,
        "encoding_ms": encoding,
        "index_seconds": 1.0,
        "documents_per_second": 48.0,
        "search_seconds": 1.0,
        "peak_memory_bytes": 1,
        "spent": {},
        "model_revisions": [],
        "nodes": [],
        "environment": {},
    }


def stored_experiment(workspace: Workspace, collection_id: str, systems: Sequence[System]) -> str:
    """Store an experiment whose systems see the grades through more and more noise."""
    collection = workspace.collection(collection_id)
    experiment = index_experiment("Made", collection_id, "test", systems)
    experiment_id = create(workspace, experiment)
    for number, system in enumerate(systems):
        run = random_run(collection, 3, 0.2 + 0.1 * number)
        qrels, ids = collection.qrels["test"], list(collection.queries.ids)
        scores = evaluate(run, qrels, experiment.measures, ids)
        width = system.root.stage.parameters()["truncate_dimension"] or 384
        figures = figures_of(48 * 4 * width // (number + 1 if "x" not in system.name else 1))
        add_system(workspace, experiment_id, number, (run, scores, figures))
    return experiment_id


def types_experiment(workspace: Workspace, collection_id: str) -> str:
    """Store a finished comparison of index types."""
    return stored_experiment(workspace, collection_id, index_types(DEFAULT))


def grid_experiment(workspace: Workspace, collection_id: str) -> str:
    """Store a finished grid of layers and dimensions."""
    return stored_experiment(workspace, collection_id, depth_by_width(DEFAULT))
