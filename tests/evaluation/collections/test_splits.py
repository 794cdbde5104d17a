import pytest

from evaluation.collections.splits import clean_split, free_name, split_name


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("qrels/test.tsv", "test"),
        ("qrels/Dev.tsv.gz", "dev"),
        ("qrels.txt", "test"),
        ("qrels.dl20-passage.txt", "dl20-passage"),
        ("scifact-qrels-train.csv", "train"),
        ("cranqrel", "test"),
    ],
)
def test_a_split_is_named_after_its_file(name: str, split: str) -> None:
    assert split_name(name) == split


def test_a_taken_name_gets_a_number() -> None:
    taken = {"test", "test-2"}
    assert [free_name(name, taken) for name in ("dev", "test", "test")] == [
        "dev",
        "test-3",
        "test-4",
    ]


def test_a_name_is_made_harmless() -> None:
    assert clean_split("../../Été x") == "t-x"
    assert clean_split("...") == ""
