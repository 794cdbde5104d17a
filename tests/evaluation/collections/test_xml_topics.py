import pytest

from evaluation.collections.records import Query
from evaluation.collections.sources import Reading
from evaluation.collections.xml_topics import CHUNK, xml_topics
from evaluation.errors import InputError
from tests.evaluation.collections.reading import given

COVID = """<?xml version="1.0" encoding="UTF-8"?>
<topics task="COVIDSearch Round 1">
  <topic number="1">
    <query>coronavirus origin</query>
    <question>what is the &lt;origin&gt; of COVID-19?</question>
    <narrative>seeking a
    range of information</narrative>
  </topic>
  <topic number="2"><query>weather &#38; virus</query></topic>
</topics>
"""


def topics(text: str | bytes) -> list[Query]:
    return list(xml_topics(Reading(), given(text, "topics.xml")))


def test_topics_of_trec_covid_are_read() -> None:
    assert topics(COVID) == [
        Query(
            "1",
            "coronavirus origin",
            {
                "question": "what is the <origin> of COVID-19?",
                "narrative": "seeking a range of information",
            },
        ),
        Query("2", "weather & virus"),
    ]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<topic><number>7</number><title>a b</title></topic>", Query("7", "a b")),
        ('<topic number="7"> a\n b </topic>', Query("7", "a b")),
        ("<query><id>7</id><title>a</title><desc>b</desc></query>", Query("7", "a",
         {"description": "b"})),
        ('<topic number="7" type="x"><disease>a</disease><gene>b</gene></topic>', Query("7", "a b",
         {"type": "x", "disease": "a", "gene": "b"})),
        ('<TOPIC NUMBER="7"><Summary>s</Summary><Description>d</Description></TOPIC>',
         Query("7", "d", {"summary": "s"})),
        ('<x:topic xmlns:x="u" number="7"><x:query>a</x:query></x:topic>',
         Query("7", "a")),
        ('<topic id="7"><query>a</query><subtopic number="1">b</subtopic></topic>',
         Query("7", "a", {"subtopic": "b"})),
    ],
)  # fmt: skip
def test_other_forms_of_topics_are_read(inside: str, expected: Query) -> None:
    assert topics(f"<topics><!-- note -->{inside}</topics>") == [expected]


def test_a_file_longer_than_a_chunk_gives_every_topic() -> None:
    inside = "".join(f'<topic number="{n}"><query>word {n}</query></topic>' for n in range(3000))
    found = topics(f"<topics>{inside}</topics>")
    assert len(inside) > 2 * CHUNK
    assert [(q.query_id, q.text) for q in found] == [(f"{n}", f"word {n}") for n in range(3000)]


def test_another_declared_encoding_and_a_byte_order_mark_are_understood() -> None:
    text = COVID.replace("UTF-8", "iso-8859-1").replace("origin", "Ursprünge")
    assert topics(text.encode("latin-1"))[0].text == "coronavirus Ursprünge"
    assert topics(COVID.encode("utf-8-sig"))[0].text == "coronavirus origin"


BOMB = (
    '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<topics><topic number="1"><query>&b;</query></topic></topics>'
)
OUTSIDE = (
    '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<topics><topic number="1"><query>&x;</query></topic></topics>'
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        ('<!DOCTYPE t SYSTEM "http://evil.test/a.dtd"><topics/>', "document type"),
        ('<topics><topic number="1"><query>&x;</query></topic></topics>', "undefined entity"),
        ('<topics><topic number="1"><query>a', "not sound XML"),
        ("<topics><topic number='1'><query>a</topic></topics>", "mismatched tag"),
        ('<topics><topic number="1"><query>a\x00b</query></topic></topics>', "not sound XML"),
        (b"<topics><topic number='1'><query>\xff\xfe</query></topic></topics>", "not sound XML"),
        ('<?xml version="1.0" encoding="nonsense"?><topics/>', "encoding"),
        ("<topics><topic><query>a</query></topic></topics>", "`number` is missing"),
        ('<topics><topic number="1"><query> </query></topic></topics>', "`query` is missing"),
        ("<topics>words<topic number='1'>a</topic></topics>", "text outside of topics"),
        ("", "no element found"),
    ],
)
def test_broken_and_dangerous_xml_is_refused_with_a_sentence(text: str | bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as refused:
        topics(text)
    assert str(refused.value).startswith("topics.xml, line 1: ")
    assert "root:" not in str(refused.value)


def test_a_topic_without_end_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evaluation.collections.xml_topics.MAX_LINE_BYTES", 10_000)
    with pytest.raises(InputError, match="longer than"):
        topics("<topics><topic number='1'><query>" + "word " * 20_000)
