import pytest

from evaluation.collections.part import part_from_dict
from evaluation.errors import InputError


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"name": 1},
        {"name": "a", "role": "thing"},
        {"name": "a", "role": "run"},
        {"name": "a", "role": "corpus", "form": "pickle"},
    ],
)
def test_a_broken_part_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        part_from_dict(value)


def test_a_split_named_by_a_visitor_is_made_harmless() -> None:
    part = part_from_dict({"name": "a", "role": "qrels", "form": "trec", "split": "../../Été x"})
    assert part.split == "t-x"
