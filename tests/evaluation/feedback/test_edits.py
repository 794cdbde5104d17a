import pytest

from evaluation.feedback.edits import Edit, parse_edit


@pytest.mark.parametrize(
    ("text", "plus", "minus"),
    [
        ("", (), ()),
        (" ;, ", (), ()),
        ("with long sleeves", ("with long sleeves",), ()),
        ("add long sleeves", ("long sleeves",), ()),
        ("Add sleeves, remove the belt", ("sleeves",), ("the belt",)),
        ("remove the belt and add a bow.", ("a bow",), ("the belt",)),
        ("replace red by blue", ("blue",), ("red",)),
        ("REPLACE red stripes WITH blue dots; add a bow", ("blue dots", "a bow"), ("red stripes",)),
        ("replace the belt", (), ("the belt",)),
        ("+mice -rats", ("mice",), ("rats",)),
        ("cheaper, -leather", ("cheaper",), ("leather",)),
        ("long-term effects + side effects", ("long-term effects + side effects",), ()),
        ("additional removed replacements", ("additional removed replacements",), ()),
        ("add", (), ()),
        ("remove", (), ()),
    ],
)
def test_an_edit_is_read_into_phrases(
    text: str, plus: tuple[str, ...], minus: tuple[str, ...]
) -> None:
    assert parse_edit(text) == Edit(plus, minus)
