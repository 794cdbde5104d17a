import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.errors import InputError
from evaluation.stage import make_stage
from evaluation.system import LEVELS, Node, node_from_dict
from evaluation.system_editing import (
    can_remove,
    fused,
    node_at,
    removed,
    replaced,
    suggested_name,
    topped,
    with_depth,
    with_input,
    with_parameter,
    with_stage,
)

BM25 = Node(make_stage("bm25", {}))
RANDOM = Node(make_stage("random", {}))
RRF, MAXSIM = make_stage("rrf", {}), make_stage("maxsim", {})
HYBRID = Node(RRF, (BM25, RANDOM))
TREE = Node(MAXSIM, (HYBRID,), 100)


def test_a_path_leads_from_the_root_to_a_node() -> None:
    assert node_at(TREE, ()) is TREE
    assert node_at(TREE, (0,)) is HYBRID
    assert node_at(TREE, (0, 1)) is RANDOM
    with pytest.raises(InputError, match="no input 3"):
        node_at(TREE, (0, 2))


def test_an_edit_leaves_the_old_tree_and_the_other_branches_alone() -> None:
    before = TREE.to_dict()
    new = with_depth(TREE, (0, 1), 7)
    assert new.line() == "maxsim(rrf(bm25, random @ 7)) @ 100"
    assert TREE.to_dict() == before
    assert node_at(new, (0, 0)) is BM25


def test_another_stage_keeps_inputs_and_depth() -> None:
    new = with_stage(TREE, (0,), make_stage("weighted", {}))
    assert new.line() == "maxsim(weighted(bm25, random)) @ 100"


def test_a_reranker_and_a_fusion_go_above_a_node() -> None:
    assert topped(BM25, (), MAXSIM).line() == "maxsim(bm25) @ 100"
    assert topped(with_depth(BM25, (), 20), (), MAXSIM).depth == 20
    assert fused(TREE, (0, 0), RRF, [RANDOM]).line() == (
        "maxsim(rrf(rrf(bm25, random), random)) @ 100"
    )
    assert with_input(HYBRID, (), BM25).line() == "rrf(bm25, random, bm25) @ 1000"


def test_taking_out_leaves_a_whole_tree() -> None:
    assert removed(TREE, ()) == HYBRID
    assert removed(TREE, (0,)).line() == "maxsim(bm25) @ 100"
    assert removed(TREE, (0, 0)).line() == "maxsim(random) @ 100"
    three = with_input(HYBRID, (), RANDOM)
    assert removed(three, (1,)).line() == "rrf(bm25, random) @ 1000"


def test_the_last_retriever_cannot_be_taken_out() -> None:
    single = Node(MAXSIM, (BM25,), 100)
    assert not can_remove(BM25, ())
    assert not can_remove(single, (0,))
    with pytest.raises(InputError, match="nothing to start from"):
        removed(single, (0,))


def test_a_tree_cannot_grow_beyond_what_can_be_read_back() -> None:
    tree = BM25
    for _ in range(LEVELS - 1):
        tree = topped(tree, (), MAXSIM)
    assert node_from_dict(tree.to_dict()) == tree
    with pytest.raises(InputError, match="deeper than 20 levels"):
        topped(tree, (), MAXSIM)


def test_a_parameter_is_set_wherever_its_value_is_allowed() -> None:
    new = with_parameter(TREE, "tokens", "bigrams")
    assert node_at(new, (0, 0)).stage.parameters()["tokens"] == "bigrams"
    assert node_at(new, (0, 1)) == RANDOM
    assert with_parameter(TREE, "tokens", "syllables") == TREE


def test_a_name_follows_the_tree() -> None:
    assert suggested_name(BM25, {}) == "BM25"
    assert suggested_name(with_parameter(BM25, "k1", 1.2), {}) == "BM25 (k1=1.2)"
    assert suggested_name(TREE, {}) == (
        "Late interaction (MaxSim) over Reciprocal rank fusion: BM25 + Random order"
    )
    run = Node(make_stage("run", {"run": "a-12345678"}))
    assert suggested_name(run, {"a-12345678": "Mine"}) == "Mine"
    assert suggested_name(run, {}) == "a-12345678"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=12))
@settings(max_examples=60, derandomize=True)
def test_any_series_of_edits_gives_a_tree_that_reads_back(edits: list[tuple[int, int]]) -> None:
    tree = BM25
    for kind, choice in edits:
        paths = _paths(tree)
        path = paths[choice % len(paths)]
        try:
            tree = _edited(tree, path, kind, choice)
        except InputError:
            continue
    assert node_from_dict(tree.to_dict()) == tree


def _edited(tree: Node, path: tuple[int, ...], kind: int, choice: int) -> Node:
    edits = (
        lambda: topped(tree, path, MAXSIM),
        lambda: fused(tree, path, RRF, [RANDOM]),
        lambda: removed(tree, path),
        lambda: with_depth(tree, path, choice + 1),
        lambda: with_input(tree, path, BM25),
        lambda: replaced(tree, path, RANDOM),
    )
    return edits[kind]()


def _paths(node: Node, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    below = [_paths(child, (*path, place)) for place, child in enumerate(node.inputs)]
    return [path, *(found for part in below for found in part)]
