from collections.abc import Mapping

import pytest

from evaluation.facets import DIMENSIONS, MEANINGS, facets_of, groups, matches, stage_facets
from evaluation.stage import stages
from evaluation.system import system_from_dict, system_from_yaml
from tests.every_stage import ALL, tried

BM25 = {"stage": "bm25"}
DENSE = {"stage": "dense"}
GRAPH = {"stage": "dense", "index_type": "hnsw"}
RUN = {"stage": "run", "run": "a-1"}
HYBRID = {"stage": "maxsim", "inputs": [{"stage": "rrf", "inputs": [BM25, DENSE]}]}


def of(tree: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    return facets_of(system_from_dict(tree))


@pytest.mark.parametrize("name", ALL)
def test_every_stage_has_values_of_the_vocabulary(name: str) -> None:
    """A new stage is tested without a line here: its class says what it is."""
    cls, found = stages()[name], stage_facets(tried(name))
    assert set(found) == set(DIMENSIONS)
    for dimension, values in found.items():
        assert set(values) <= set(DIMENSIONS[dimension]), dimension
    assert found["training"]
    if cls.kind == "fusion":
        assert found["integration"] == ("fusion",)
    if cls.kind == "reranker":
        assert "rerank" in found["integration"]
        assert found["architecture"]
    if cls.kind == "retriever" and "floor" not in cls.facets:
        assert found["architecture"]
        assert found["index"]
    if cls.kind == "run":
        assert set(found.values()) == {("unknown",)}


def test_facets_follow_from_the_stages() -> None:
    assert of(BM25) == {
        "architecture": ("lexical",), "training": ("none",), "index": ("inverted",),
        "integration": ("none",),
    }  # fmt: skip
    assert of(GRAPH)["index"] == ("hnsw",)
    assert of(HYBRID) == {
        "architecture": ("lexical", "single-vector", "multi-vector"),
        "training": ("pre-trained model",),
        "index": ("inverted", "flat"),
        "integration": ("fusion", "rerank"),
    }
    assert of({"stage": "random"})["architecture"] == ("none",)


def test_an_uploaded_run_is_unknown_and_stays_so_in_a_fusion() -> None:
    assert set(of(RUN).values()) == {("unknown",)}
    mixed = of({"stage": "rrf", "inputs": [BM25, RUN]})
    assert mixed["architecture"] == ("lexical", "unknown")
    assert mixed["integration"] == ("fusion", "unknown")


def test_facets_come_back_from_the_file() -> None:
    for tree in (BM25, GRAPH, HYBRID, RUN):
        system = system_from_dict(tree)
        assert facets_of(system_from_yaml(system.to_yaml())) == facets_of(system)


def test_a_filter_asks_for_one_value_in_every_dimension_named() -> None:
    hybrid = of(HYBRID)
    assert matches(hybrid, {})
    assert matches(hybrid, {"architecture": ["lexical", "generative"], "index": []})
    assert not matches(hybrid, {"architecture": ["lexical"], "integration": ["feedback"]})


def test_every_system_is_in_one_group() -> None:
    trees = [HYBRID, RUN, BM25, DENSE, GRAPH]
    systems = {n: system_from_dict(tree) for n, tree in enumerate(trees)}
    found = groups(systems, "architecture")
    assert found == {
        "lexical": [2], "single-vector": [3, 4], "unknown": [1],
        "lexical + single-vector + multi-vector": [0],
    }  # fmt: skip
    for dimension in DIMENSIONS:
        assert sorted(n for g in groups(systems, dimension).values() for n in g) == [0, 1, 2, 3, 4]
        assert MEANINGS[dimension]
