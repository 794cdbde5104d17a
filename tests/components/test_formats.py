import pytest

from components import formats


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (3_449_000, "3.4 MB"),
        (120e6, "120 MB"),
        (2.5e9, "2.5 GB"),
        (7e15, "7000 TB"),
    ],
)
def test_sizes_are_in_decimal_units(count: float, shown: str) -> None:
    assert formats.size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.41, "0.4 s"),
        (9.97, "10 s"),
        (59.6, "1 min 0 s"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_spans_of_time_have_two_units_at_most(seconds: float, shown: str) -> None:
    assert formats.duration(seconds) == shown


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (3, "just now"),
        (40, "40 seconds ago"),
        (60, "1 minute ago"),
        (3 * 3600, "3 hours ago"),
        (26 * 3600, "1 day ago"),
    ],
)
def test_a_moment_is_said_relative_to_now(span: float, shown: str) -> None:
    assert formats.ago(2e9 - span, now=2e9) == shown


def test_a_moment_long_ago_is_a_date() -> None:
    assert formats.ago(2e9 - 40 * 86400, now=2e9).endswith("2033")


def test_nouns_agree_with_their_number() -> None:
    assert formats.plural(1, "query", "queries") == "1 query"
    assert formats.plural(1200, "query", "queries") == "1,200 queries"


def test_slow_rates_keep_a_digit() -> None:
    assert formats.rate(0.42, "queries") == "0.4 queries/s"
    assert formats.rate(1250.4, "documents") == "1,250 documents/s"
