"""Whatever bytes they get, the line readers give records or say in a sentence why not."""

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given as random_cases
from hypothesis import settings
from hypothesis import strategies as st

from evaluation.collections import beir, smart, tables, trec, trec_topics, xml_topics
from evaluation.collections.mapping import Mapping
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.sources import Reading, SourceFile
from evaluation.errors import InputError
from tests.evaluation.collections.reading import given

CORPUS = Mapping("corpus", {"doc_id": "id", "text": "text"}, keep=("more",))
QUERIES = Mapping("queries", {"query_id": "column 1", "text": "column 2"}, header=False)
Reader = Callable[[Reading, SourceFile], Iterator[object]]
READERS: dict[str, Reader] = {
    "beir documents": beir.documents,
    "beir queries": beir.queries,
    "beir judgements": beir.judgements,
    "trec documents": trec.documents,
    "trec judgements": trec.judgements,
    "topics": trec_topics.topics,
    "tab topics": trec_topics.tab_topics,
    "xml topics": xml_topics.xml_topics,
    "smart documents": smart.documents,
    "smart queries": smart.queries,
    "smart judgements": smart.judgements,
    "csv": lambda reading, file: tables.documents(reading, file, CORPUS),
    "tsv": lambda reading, file: tables.queries(reading, file, QUERIES),
}
NAMES = {"csv": "a.csv", "tsv": "a.tsv", "beir documents": "a.jsonl", "beir queries": "a.jsonl"}
# what the formats are made of, so that chance builds something near to them
PIECES = [
    *("\n", "\r\n", "\t", " ", "1", "0", "-1", "2.0", "nan", "id", "text", '"', ",", "q1", "d1"),
    *('{"_id": "', '", "text": "', '"}', '"_id": 1', "{", "}", "[", "null", "\\ud800"),
    *("<DOC>", "</DOC>", "<DOCNO>", "</DOCNO>", "<TEXT>", "<title>", "</title>", "<top>", "</top>"),
    *("<num>", "Number:", "<desc>", "&amp;", "&#0;", "&#xD800;", "<", ".I 1", ".I", ".T", ".W"),
    *("<topics>", "</topics>", '<topic number="1">', "</topic>", "<query>", "</query>", "&lol;"),
    *("<!DOCTYPE a [", '<!ENTITY lol "lol">', "]>", '<?xml version="1.0" encoding="x"?>', "<top>"),
    *("é", "\u2028", "\u00a0", "\x1f", "\x00", "query-id\tcorpus-id\tscore\n", "id,text,more\n"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map(lambda parts: "".join(parts).encode())
MIXED = st.tuples(TEXTS, st.binary(max_size=3)).map(b"".join)
BYTES = st.one_of(TEXTS, st.binary(max_size=60), MIXED)


@pytest.mark.parametrize("name", READERS)
@random_cases(content=BYTES)
@settings(max_examples=120, derandomize=True, deadline=None)
def test_any_bytes_give_records_or_a_sentence(name: str, content: bytes) -> None:
    file = given(content, NAMES.get(name, "file.txt"))
    records, sentence = _answer(READERS[name], file)
    assert re.fullmatch(r"((file\.txt|a\.\w+)[^\n]{10,500}\.)?", sentence)
    for record in records:
        _check(record)


def _answer(reader: Reader, file: SourceFile) -> tuple[list[object], str]:
    try:
        return list(reader(Reading(), file)), ""
    except InputError as error:
        return [], str(error)


def _check(record: object) -> None:
    assert isinstance(record, Document | Query | Judgement)
    for value in record:
        if isinstance(value, str):
            assert "\0" not in value
            assert value.encode().decode() == value
        elif isinstance(value, dict):
            assert all(text.encode().decode() == text for text in value.values())
    ids = (record.query_id, record.doc_id) if isinstance(record, Judgement) else (record[0],)
    assert all(found.strip() and not re.search(r"[\x00-\x1f]", found) for found in ids)
