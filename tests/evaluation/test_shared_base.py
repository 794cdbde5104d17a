"""Indexes that start from one another: the base is built once, and each stands on its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.errors import CancelledError
from evaluation.estimate import estimate
from evaluation.execution import Execution
from evaluation.experiment import experiment_from_dict
from evaluation.progress import SILENT, Progress
from evaluation.retrievers.dense import Dense
from evaluation.running import execution_for
from evaluation.system import Node, System
from evaluation.system_figures import system_figures
from evaluation.workspace import Workspace
from tests.sample import small_collection
from tests.tiny_models import ENCODER

FLAT = Dense(model=ENCODER, backend="openvino")
STAGES = [
    FLAT,
    replace(FLAT, index_type="hnsw"),
    replace(FLAT, index_type="binary"),
    replace(FLAT, index_type="pq"),
    replace(FLAT, truncate_dimension=8),
    replace(FLAT, index_type="pq", truncate_dimension=8),
]
DOCUMENTS = 48


def node(stage: Dense) -> Node:
    return Node(stage, (), 10)


@pytest.fixture
def execution(workspace: Workspace, model_root: Path) -> Execution:
    collection_id = workspace.add_collection("Small", small_collection().save)
    asked = {"collection": collection_id, "split": "test", "systems": [{"stage": "random"}]}
    return execution_for(workspace, experiment_from_dict(asked), lambda line: SILENT)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[Dense]:
    """The stages that encoded the corpus, one for each time."""
    found: list[Dense] = []
    original = Dense._encode

    def encode(stage: Dense, *given: object) -> None:
        found.append(stage)
        original(stage, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Dense, "_encode", encode)
    return found


def test_all_index_types_encode_the_corpus_once(execution: Execution, encoded: list[Dense]) -> None:
    for stage in STAGES[::-1]:
        execution.run(node(stage))
    assert encoded == [FLAT]
    indexes = [entry for entry in execution.cache.entries() if entry.kind == "index"]
    assert len(indexes) == len(STAGES)
    base = execution.index(node(FLAT))
    assert {entry.record["base"] for entry in indexes} == {base.key, None}


def test_other_layers_have_a_base_of_their_own(execution: Execution, encoded: list[Dense]) -> None:
    one = replace(FLAT, layers=1)
    for stage in (one, replace(one, index_type="binary"), FLAT, replace(FLAT, layers=2)):
        execution.run(node(stage))
    assert encoded == [one, FLAT]


def test_the_estimate_lists_the_base_once(execution: Execution) -> None:
    systems = [System(f"s{n}", node(stage)) for n, stage in enumerate(STAGES[1:])]
    found = estimate(execution, systems)
    steps = [(s.line, s.state) for system in found for s in system.steps if s.what == "index"]
    assert [line for line, state in steps if state == "computed"] == [
        FLAT.title(),
        *(stage.title() for stage in STAGES[1:]),
    ]
    assert [line for line, state in steps if state == "shared"] == [FLAT.title()] * 4
    with_base = [system.seconds for system in found]
    assert with_base[0] > 2 * with_base[1], "only the first pays for encoding"


def test_a_derived_index_survives_the_deletion_of_its_base(
    execution: Execution, encoded: list[Dense]
) -> None:
    stages = STAGES[1:]
    before = [list(execution.run(node(stage)).run) for stage in stages]
    execution.cache.remove("index", execution.index(node(FLAT)).key)
    for entry in list(execution.cache.entries()):
        if entry.kind == "run":
            execution.cache.remove("run", entry.key)
    again = replace(execution, outcomes={})
    assert [list(again.run(node(stage)).run) for stage in stages] == before
    assert encoded == [FLAT]


def test_cancelling_while_the_base_is_built_leaves_nothing_half(
    execution: Execution, encoded: list[Dense]
) -> None:
    class Cancelling:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            if done:
                raise CancelledError

    def listen(line: str) -> Progress:
        return Cancelling() if line == f"Indexing: {FLAT.title()}" else SILENT

    binary = replace(FLAT, index_type="binary")
    with pytest.raises(CancelledError):
        replace(execution, progress=listen, outcomes={}).run(node(binary))
    assert not list(execution.cache.entries())
    assert not [path for path in execution.cache.folder.rglob("*") if path.name == "vectors.npy"]
    execution.run(node(binary))
    assert encoded == [FLAT, FLAT]


def test_cancelling_after_the_base_keeps_the_base_alone(
    execution: Execution, encoded: list[Dense]
) -> None:
    class Cancelling:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            raise CancelledError

    binary = replace(FLAT, index_type="binary")

    def listen(line: str) -> Progress:
        return Cancelling() if line == f"Indexing: {binary.title()}" else SILENT

    with pytest.raises(CancelledError):
        replace(execution, progress=listen, outcomes={}).run(node(binary))
    assert [entry.record["parameters"]["index_type"] for entry in execution.cache.entries()] == [
        "flat"
    ]
    execution.run(node(binary))
    assert encoded == [FLAT]


def test_figures_tell_memory_from_disk_and_count_shared_files_once(execution: Execution) -> None:
    def figures(*stages: Dense) -> dict[str, object]:
        from evaluation.fusion.rrf import ReciprocalRank

        nodes = tuple(node(stage) for stage in stages)
        root = nodes[0] if len(nodes) == 1 else Node(ReciprocalRank(), nodes, 10)
        return system_figures(execution, root)

    vectors, codes = 4 * 24 * DOCUMENTS, 3 * DOCUMENTS
    flat, binary = figures(FLAT), figures(replace(FLAT, index_type="binary"))
    both = figures(FLAT, replace(FLAT, index_type="binary"))
    assert flat["memory_bytes"] == vectors
    assert binary["memory_bytes"] == codes
    assert both["memory_bytes"] == vectors + codes
    assert binary["index_bytes"] == both["index_bytes"] == vectors + codes + 2 * 128  # headers
    cut = figures(replace(FLAT, truncate_dimension=8))
    assert cut["memory_bytes"] == 4 * 8 * DOCUMENTS
    assert isinstance(flat["encoding_ms"], int)
    assert not {"encoding_ms", "searching_us"} & set(flat["spent"])  # type: ignore[call-overload]
    for searching, whole in zip(flat["searching_ms"], flat["latency_ms"], strict=True):  # type: ignore[call-overload]
        assert 0 < searching < whole
    assert flat["encoding_ms"] == binary["encoding_ms"] == cut["encoding_ms"]


def test_an_index_without_a_record_of_its_memory_has_none(
    execution: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution.run(node(FLAT))
    entry = execution.index(node(FLAT))
    del entry.record["memory_bytes"], entry.record["spent"]  # as of an earlier release
    monkeypatch.setattr(type(execution.cache), "find", lambda *_: entry)
    figures = system_figures(execution, node(FLAT))
    assert figures["memory_bytes"] is None
    assert figures["encoding_ms"] is None
