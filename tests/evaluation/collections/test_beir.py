import pytest

from evaluation.collections import beir
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.sources import Reading
from evaluation.errors import InputError
from tests.evaluation.collections.reading import given


def test_documents_need_an_id_and_a_text_and_may_have_a_title() -> None:
    text = '{"_id": "a", "text": "x"}\n\n{"_id": "b", "title": null, "text": ""}\n'
    found = list(beir.documents(Reading(), given(text)))
    assert found == [Document("a", "", "x"), Document("b", "", "")]


def test_metadata_and_further_keys_become_columns_of_text() -> None:
    text = (
        '{"_id": "a", "text": "x", "url": "u", "metadata": {"year": 1999, "title": "t", "n": null}}'
    )
    found = next(beir.documents(Reading(), given(text)))
    assert found.extra == {"url": "u", "year": "1999", "other_title": "t"}


def test_a_number_is_taken_as_an_id_written_in_digits() -> None:
    found = list(beir.queries(Reading(), given('{"_id": 7, "text": "x"}')))
    assert found == [Query("7", "x")]


@pytest.mark.parametrize("header", ["query-id\tcorpus-id\tscore", "query_id\tdoc\tScore"])
def test_the_header_of_judgements_is_no_judgement(header: str) -> None:
    reading = Reading()
    found = list(beir.judgements(reading, given(f"{header}\r\nq\td\t2\r\nq\te\t0.0\r\n")))
    assert found == [Judgement("q", "d", 2), Judgement("q", "e", 0)]
    assert reading.notes.findings() == []


def test_judgements_without_a_header_lose_nothing_and_say_so() -> None:
    reading = Reading()
    found = list(beir.judgements(reading, given("q\td\t2\nq\te\t1\n", "dev.tsv")))
    assert found == [Judgement("q", "d", 2), Judgement("q", "e", 1)]
    assert [(f.check, f.examples) for f in reading.notes.findings()] == [
        ("missing-header", ("dev.tsv",))
    ]


def test_a_fault_names_file_and_line() -> None:
    text = '{"_id": "a", "text": "x"}\n{"_id": "b"}\n'
    with pytest.raises(InputError) as fault:
        list(beir.queries(Reading(), given(text, "queries.jsonl")))
    assert str(fault.value) == ("queries.jsonl, line 2: `text` is missing. Write `text` as text.")
