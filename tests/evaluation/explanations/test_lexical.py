import json
from typing import Any

import pytest

from evaluation.lexical.formula import VARIANTS
from evaluation.workspace import Workspace
from tests.evaluation.explanations.setting import Setting


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_terms_of_every_variant_add_up_to_the_score_of_the_run(
    variant: str, workspace: Workspace
) -> None:
    setting = Setting(workspace, {"stage": "bm25", "variant": variant, "stop_words": "none"})
    checked = 0
    for query_id, hits in setting.run:
        for rank, (doc_id, score) in enumerate(hits, 1):
            (stage,) = setting.explain(query_id, doc_id)
            assert (stage["method"], stage["rank"], stage["score"]) == ("terms", rank, score)
            assert sum(part["weight"] for part in stage["parts"]) == pytest.approx(score, abs=1e-4)
            assert stage["total"] == pytest.approx(score, abs=1e-4)
            checked += 1
    assert checked > 20


def test_a_repeated_term_counts_twice_and_frequencies_are_those_of_the_texts(
    workspace: Workspace,
) -> None:
    setting = Setting(workspace, {"stage": "bm25"})
    setting.execution.queries.text_of["q1"] = "River rivers study"
    (stage,) = setting.explain("q1", "d102")
    by_term = {part["term"]: part for part in stage["parts"]}
    assert by_term["river"]["times"] == 2
    text = setting.placed("q1", "d102").text
    assert by_term["river"]["frequency"] == text.lower().split().count("river") == 2
    marked = {text[start:end].lower() for start, end in stage["marks"]}
    assert marked <= {"river", "study"}
    assert "river" in marked


def test_a_document_beyond_the_depth_is_explained_too(workspace: Workspace) -> None:
    setting = Setting(workspace, {"stage": "bm25", "depth": 1})
    whole = Setting(workspace, {"stage": "bm25"}).run.hits("q1")
    doc_id, score = whole[-1]
    (stage,) = setting.explain("q1", doc_id)
    assert stage["rank"] is None
    assert stage["total"] == pytest.approx(score, abs=1e-4)


def test_without_a_common_term_that_is_said(workspace: Workspace) -> None:
    setting = Setting(workspace, {"stage": "bm25"})
    setting.execution.queries.text_of["q1"] = "unknown"
    (stage,) = setting.explain("q1", "d100")
    assert stage["total"] == 0
    assert "holds no term of the query" in stage["note"]
    setting.execution.queries.text_of["q1"] = "the"
    assert "stop words" in setting.explain("q1", "d100")[0]["note"]


@pytest.mark.parametrize(
    "tree",
    [
        {"stage": "query-likelihood"},
        {"stage": "bm25-fields"},
        {"stage": "expanded-bm25"},
        {"stage": "rm3", "inputs": [{"stage": "bm25"}]},
        {"stage": "rm3", "inputs": [{"stage": "query-likelihood"}]},
    ],
    ids=lambda tree: f"{tree['stage']} {len(tree)}",
)
def test_every_lexical_stage_explains_its_scores_in_plain_values(
    tree: dict[str, Any], workspace: Workspace
) -> None:
    setting = Setting(workspace, tree)
    for query_id, hits in setting.run:
        doc_id, score = hits[len(hits) // 2]
        *_, stage = setting.explain(query_id, doc_id)
        assert json.loads(json.dumps(stage)) == stage
        assert stage["total"] == pytest.approx(score, abs=1e-4)
        assert stage["marks"] or tree["stage"] == "expanded-bm25"  # found by what was added
