from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from evaluation.cache import Cache
from evaluation.collections.collection import Collection, Queries
from evaluation.errors import InputError
from evaluation.evidence import Asked, Placed
from evaluation.execution import Execution
from evaluation.feedback.composed import ComposedQuery
from evaluation.feedback.documents import vectors_of
from evaluation.progress import SILENT
from evaluation.run import Run
from evaluation.stage import make_stage
from evaluation.system import node_from_dict, node_key, system_from_dict
from evaluation.system_problems import problems
from evaluation.vector_indexes.opening import open_index
from tests.axis_bridge import AXIS, Bridge
from tests.bridge import words_of

STAGE = ComposedQuery()
NOTHING = Run.from_lists({})
Vector = npt.NDArray[np.float64]
TREE = {"stage": "composed", "inputs": [{"stage": "dense"}]}


def queries_of(asked: dict[str, tuple[str, str | None]], column: str = "reference") -> Queries:
    """Make queries from `{query_id: (edit, reference)}`."""
    table = Queries.of({query: edit for query, (edit, _) in asked.items()}).table
    references = pa.array([reference for _, reference in asked.values()], pa.string())
    return Queries(table.append_column(column, references))


def refined(bridge: Bridge, queries: Queries, stage: ComposedQuery = STAGE, depth: int = 8) -> Run:
    first = Run.from_lists({query: [] for query in queries.ids})
    return stage.refine(bridge.corpus, queries, first, bridge.searched, depth, SILENT)


def vector(bridge: Bridge, doc_id: str) -> Vector:
    row = bridge.corpus.find([doc_id])
    return np.asarray(vectors_of(open_index(bridge.searched.folder), row)[0])


def encoded(bridge: Bridge, text: str) -> Vector:
    dense = bridge.searched.stage
    return np.asarray(dense.query_vectors(Queries.of({"": text}), lambda _: None)[0])  # type: ignore[attr-defined]


def test_the_score_is_that_of_the_published_formula(bridge: Bridge) -> None:
    b, c = words_of(1, "b"), words_of(2, "b")
    edit = f"add {b[0]}, replace {words_of(0, 'b')[0]} by {c[1]} {c[2]}"
    run = refined(bridge, queries_of({"e": (edit, "target-0-1")}), replace(STAGE, weight=0.7))
    query = vector(bridge, "target-0-1") + 0.7 * (
        encoded(bridge, b[0])
        + encoded(bridge, f"{c[1]} {c[2]}")
        - encoded(bridge, words_of(0, "b")[0])
    )
    query /= np.linalg.norm(query)
    assert len(run.hits("e")) == 8
    for doc_id, score in run.hits("e"):
        assert score == pytest.approx(float(vector(bridge, doc_id) @ query), abs=1e-6)


def test_an_empty_edit_and_weight_zero_find_more_like_the_reference_but_not_itself(
    bridge: Bridge,
) -> None:
    edits = queries_of({"none": ("", "target-3-0"), "some": ("add t5a1x", "target-3-0")})
    alike = vectors_of(open_index(bridge.searched.folder), np.arange(len(bridge.corpus)))
    alike = alike @ vector(bridge, "target-3-0")
    names = bridge.corpus.doc_ids.to_pylist()
    best = sorted(((s, n) for s, n in zip(alike, names, strict=True) if n != "target-3-0"))[-8:]
    for query, stage in (("none", STAGE), ("some", replace(STAGE, weight=0.0))):
        hits = refined(bridge, edits, stage).hits(query)
        assert [score for _, score in hits] == pytest.approx([s for s, _ in best[::-1]], abs=1e-6)
        assert "target-3-0" not in [doc for doc, _ in hits]
        assert len(hits) == 8


def test_an_edit_leads_from_one_topic_to_another(bridge: Bridge) -> None:
    """Of eight hits, at most six can be other targets of topic 3 with the same words."""
    edit = f"add {' '.join(words_of(7, 'b'))}"
    run = refined(bridge, queries_of({"e": (edit, "target-3-0"), "n": ("", "target-3-0")}))
    found = [sum(doc.startswith("target-7-") for doc, _ in run.hits(query)) for query in "en"]
    assert found[0] >= 2
    assert found[1] == 0


def test_without_the_column_or_the_document_it_says_so(bridge: Bridge) -> None:
    with pytest.raises(InputError, match="have no column 'reference'"):
        refined(bridge, bridge.collection.queries)
    lost = queries_of({"x": ("", None), "y": ("", "nowhere"), "z": ("", "target-0-0")})
    with pytest.raises(InputError, match=r"for x \(''\), y \('nowhere'\)\. Correct"):
        refined(bridge, lost)
    system = system_from_dict(TREE)
    found = problems(system, bridge.collection)
    assert [line for line in found if "reads the column 'reference'" in line]
    queries = queries_of({"x": ("", "target-0-0")})
    known = Collection("known", bridge.corpus, queries, {})
    assert problems(system, known) == []


def test_another_reference_is_another_key_for_the_stages_that_read_it(tmp_path: Path) -> None:
    def keys(column: str, reference: str) -> tuple[str, str]:
        queries = queries_of({"x": ("add y", reference)}, column)
        collection = Collection("keys", None, queries, {})
        place = Execution(collection, queries, Cache(tmp_path), lambda _: NOTHING, lambda _: SILENT)
        node, prints = node_from_dict(TREE), place.fingerprints
        return node_key(node, prints), node_key(node.inputs[0], prints)

    one, other, unread = keys("reference", "d1"), keys("reference", "d2"), keys("else", "d1")
    assert one == keys("reference", "d1")
    assert len({one[0], other[0], unread[0]}) == 3
    assert one[1] == other[1] == unread[1]
    assert make_stage("composed", {"column": "start"}).columns() == ("start",)


def test_what_reference_and_phrases_add_sums_to_the_stored_score(bridge: Bridge) -> None:
    queries = queries_of({"e": ("add t7b0x t7b1x, remove t3b2x", "target-3-0")})
    run = refined(bridge, queries)
    doc_id, score = run.hits("e")[2]
    asked = Asked(Placed("e", "", doc_id, ""), bridge.corpus, queries, [run], 8)
    told = STAGE.explain(asked, bridge.searched)
    assert told is not None
    assert told.total == pytest.approx(score, abs=1e-6)
    named = ["Like target-3-0", "Add: t7b0x t7b1x", "Remove: t3b2x"]
    assert [part["Part"] for part in told.parts] == named


def test_a_stored_run_is_not_taken_for_that_of_other_references(
    bridge: Bridge, tmp_path: Path
) -> None:
    tree = {"stage": "composed", "inputs": [{"stage": "dense", "model": AXIS}]}
    found = []
    for number, reference in enumerate(("target-3-0", "target-4-0", "target-3-0")):
        queries = queries_of({"x": ("", reference)})
        folder = tmp_path / f"collection {number}"
        folder.mkdir()
        Collection("stored", bridge.corpus, queries, {}).save(folder)
        opened = Collection.open(folder)
        cache = Cache(tmp_path / "cache")
        place = Execution(opened, opened.queries, cache, lambda _: NOTHING, lambda _: SILENT)
        found.append(place.run(node_from_dict(tree)))
    assert [outcome.reused for outcome in found] == [False, False, True]
    assert found[0].run.hits("x")[0][0].startswith("target-3-")
    assert found[1].run.hits("x")[0][0].startswith("target-4-")
