import pytest

from evaluation.collections import trec_topics
from evaluation.collections.records import Query
from evaluation.collections.sources import Reading
from evaluation.errors import InputError
from tests.evaluation.collections.reading import given

CLASSIC = """
<top>

<num> Number: 301
<title> International Organized Crime

<desc> Description:
Identify organizations in
international activity.

<narr> Narrative:
A relevant document must &amp; will.

</top>

<top>
<num> Number: 302
<title> Topic:  Poliomyelitis and Post-Polio
</top>
"""
CLOSED = "<top>\n<num>1</num><title>\nMEASUREMENT OF\nLIQUIDS\n</title>\n</top>\n"


def topics(text: str) -> list[Query]:
    return list(trec_topics.topics(Reading(), given(text)))


def test_the_classic_form_ends_fields_where_the_next_begins() -> None:
    first, second = topics(CLASSIC)
    assert first == Query(
        "301",
        "International Organized Crime",
        {
            "description": "Identify organizations in international activity.",
            "narrative": "A relevant document must & will.",
        },
    )
    assert second == Query("302", "Poliomyelitis and Post-Polio")


@pytest.mark.parametrize("text", [CLOSED, CLOSED.upper(), CLOSED.replace("\n", "\r\n"), CLOSED * 1])
def test_the_closed_form_is_read_in_either_case(text: str) -> None:
    assert topics(text) == [Query("1", "MEASUREMENT OF LIQUIDS")]


def test_several_topics_may_share_a_line() -> None:
    line = "<top><num>1</num><title>a</title></top><top><num>2</num><title>b</title></top>"
    assert topics(line) == [Query("1", "a"), Query("2", "b")]


def test_a_topic_without_title_has_its_description_as_text() -> None:
    found = topics("<top><num>1</num><desc>long</desc></top>")
    assert found == [Query("1", "long", {"description": "long"})]


def test_the_tab_form_takes_everything_after_the_first_tab() -> None:
    found = list(trec_topics.tab_topics(Reading(), given("1\twho is\r\n\r\n2\ta\tb\r\n")))
    assert found == [Query("1", "who is"), Query("2", "a\tb")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<top><title>x</title></top>", "`num` is missing"),
        ("<top><num>1</num></top>", "`title` is missing"),
        ("<top><num>1</num><title>x</title>", "does not end"),
        ("<num>1</num>x", "outside of <top>"),
    ],
)
def test_broken_topics_are_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        topics(text)
