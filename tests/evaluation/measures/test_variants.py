import pytest

from evaluation.errors import InputError
from evaluation.measures.measures import canonical
from evaluation.measures.variants import threshold_of, variant
from evaluation.measures.xray import xray


@pytest.mark.parametrize(
    ("measure", "changes", "expected"),
    [
        ("nDCG@10", {}, "nDCG@10"),
        ("nDCG@10", {"cutoff": 5}, "nDCG@5"),
        ("nDCG@10", {"cutoff": 0}, "nDCG"),
        ("P@10", {"cutoff": 0}, "P@10"),
        ("AP", {"threshold": 2}, "AP(rel=2)"),
        ("AP(rel=2)@7", {"threshold": 1}, "AP@7"),
        ("nDCG@10", {"exponential": True}, "nDCG(dcg='exp-log2')@10"),
        ("nDCG(dcg='exp-log2')@10", {"exponential": False}, "nDCG@10"),
        ("AP", {"exponential": True}, "AP"),
        ("nDCG@10", {"threshold": 3}, "nDCG(gains={1: 0, 2: 0})@10"),
        ("nDCG(gains={1: 0, 2: 0})@10", {"threshold": 1}, "nDCG@10"),
        ("nDCG(gains={3: 9})@10", {"threshold": 2}, "nDCG(gains={1: 0, 3: 9})@10"),
        ("RR(judged_only=True)@10", {"cutoff": 3}, "RR(judged_only=True)@3"),
    ],
)
def test_a_measure_with_other_parameters(
    measure: str, changes: dict[str, int], expected: str
) -> None:
    found = variant(measure, **changes)  # type: ignore[arg-type]
    assert found == expected
    assert canonical(found)


@pytest.mark.parametrize("measure", ["nDCG@10", "AP", "RR@10", "P@10", "R@100"])
@pytest.mark.parametrize("threshold", [1, 2, 3])
def test_the_threshold_can_be_read_back(measure: str, threshold: int) -> None:
    assert threshold_of(variant(measure, threshold=threshold)) == threshold


def test_below_the_threshold_a_grade_is_worth_nothing_to_ndcg() -> None:
    found = xray(["a", "b"], {"a": 1, "b": 2}, variant("nDCG@10", threshold=2))
    assert [rank.gain for rank in found.ranks] == [0, 2]
    assert [rank.doc_id for rank in found.ideal] == ["b"]


def test_another_measure_has_no_variants() -> None:
    with pytest.raises(InputError, match="cannot be taken apart"):
        variant("Judged@10", cutoff=5)
