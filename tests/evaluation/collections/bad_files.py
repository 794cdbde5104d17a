"""Bad inputs, each a set of uploaded files and what the sentence about it must say."""

import io
import json
import stat
import tarfile
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from tests.evaluation.collections.uploads import (
    BEIR,
    CORPUS,
    QRELS,
    QUERIES,
    RUN,
    Files,
    as_bytes,
    gzipped,
    tarred,
    zipped,
)

Case = tuple[Callable[[], Files], str]


def instead(**changed: str | bytes) -> Callable[[], Files]:
    """Give the sound collection with other contents in some of its files."""
    names = {"corpus": "corpus.jsonl", "queries": "queries.jsonl", "qrels": "qrels/test.tsv"}
    return lambda: BEIR | {names[name]: content for name, content in changed.items()}


def only(name: str, content: str | bytes) -> Callable[[], Files]:
    """Give one file alone."""
    return lambda: {name: content}


def topics(content: str) -> Callable[[], Files]:
    """Give the sound collection with XML topics for queries."""
    others = {name: text for name, text in BEIR.items() if name != "queries.jsonl"}
    return lambda: others | {"topics.xml": content}


def record(**values: object) -> Callable[[], Files]:
    """Give the sound collection with one more document, of any keys and values."""
    return instead(corpus=f"{CORPUS}\n{json.dumps(values)}\n")


def table(text: str | bytes, name: str = "corpus.csv") -> Callable[[], Files]:
    """Give the sound collection with its corpus as a table."""
    return lambda: {name: text, "queries.jsonl": QUERIES, "test.tsv": QRELS}


def run(text: str, qrels: str = "q1 0 d1 1\n") -> Callable[[], Files]:
    """Give a run file with judgements."""
    return lambda: {"qrels.txt": qrels, "bm25.trec": text}


def link(kind: bytes) -> bytes:
    """Pack a link to a file of the server as a .tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("corpus.jsonl")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    return buffer.getvalue()


def zip_link() -> bytes:
    """Pack a symbolic link as a .zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("corpus.jsonl")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def locked() -> bytes:
    """Pack the sound collection as a .zip that claims to have a password."""
    data = bytearray(zipped({"corpus.jsonl": CORPUS}))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def parquet(**columns: list[object]) -> bytes:
    """Write a table as Parquet."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


ZEROS = b"0" * 25_000_000
LONG_LINE = b'{"_id": "a", "text": "' + b"x" * 50_000_000 + b'"}'
HEADER = "query-id\tcorpus-id\tscore\n"

ARCHIVES: dict[str, Case] = {
    "a zip cut off": (lambda: {"a.zip": zipped(BEIR)[:-40]}, "a.zip is damaged, cut off"),
    "a tar cut off": (lambda: {"a.tar.gz": tarred(BEIR)[:-40]}, "a.tar.gz is damaged"),
    "a zip called tar": (lambda: {"a.tar.gz": zipped(BEIR)}, "not the archive its name says"),
    "a text called zip": (only("a.zip", "hello"), "not the archive its name says"),
    "an empty zip": (lambda: {"a.zip": zipped({})}, "no file in what was given"),
    "a foreign archive": (only("a.rar", b"Rar!"), "of a kind that is not understood"),
    "a tar under bzip2": (only("a.tar.bz2", b"BZh9"), "of a kind that is not understood"),
    "a zip in a zip": (lambda: {"a.zip": zipped({"b.zip": zipped(BEIR)})}, "b.zip is an archive"),
    "a zip bomb": (lambda: {"a.zip": zipped({"corpus.jsonl": ZEROS})}, "unpacks to more than"),
    "a tar bomb": (lambda: {"a.tgz": tarred({"corpus.jsonl": ZEROS})}, "unpacks to far more"),
    "a gzip bomb": (
        lambda: {
            "corpus.jsonl.gz": gzipped(as_bytes(CORPUS) + b"\n" + (b" " * 999 + b"\n") * 25_000)
        },
        "unpacks to more than",
    ),
    "a way out in a zip": (lambda: {"a.zip": zipped(BEIR, "../")}, "leads outside"),
    "a way out in a tar": (lambda: {"a.tgz": tarred(BEIR, "x/../../")}, "leads outside"),
    "an absolute name": (lambda: {"a.zip": zipped(BEIR, "/etc/")}, "leads outside"),
    "a symbolic link": (lambda: {"a.tgz": link(tarfile.SYMTYPE)}, "is a link or a device"),
    "a hard link": (lambda: {"a.tgz": link(tarfile.LNKTYPE)}, "is a link or a device"),
    "a device": (lambda: {"a.tgz": link(tarfile.CHRTYPE)}, "is a link or a device"),
    "a symbolic link in a zip": (lambda: {"a.zip": zip_link()}, "is a link or a device"),
    "a password": (lambda: {"a.zip": locked()}, "protected by a password"),
    "gzip cut off": (lambda: {"queries.jsonl.gz": gzipped(QUERIES)[:-9]}, "damaged or cut off"),
    "gzip that is none": (lambda: {"queries.jsonl.gz": QUERIES}, "is not a gzip file"),
}
BYTES: dict[str, Case] = {
    "Latin-1": (
        instead(corpus=CORPUS.encode() + b'\n{"_id": "x", "text": "caf\xe9"}'),
        "corpus.jsonl, line 6: Byte 26 \\(0xe9\\) is not UTF-8",
    ),
    "NUL": (instead(queries=as_bytes(QUERIES) + b"\0\n"), "queries.jsonl, line 3: Byte 1 is NUL"),
    "UTF-16": (instead(queries=QUERIES.encode("utf-16")), "queries.jsonl is in UTF-16"),
    "an empty file": (instead(queries=""), "queries.jsonl is empty"),
    "blank lines only": (instead(queries=" \n\r\n"), "queries.jsonl is empty"),
    "a line of 50 MB": (instead(corpus=LONG_LINE), "line 1: The line is longer than 10 MB"),
    "no known format": (only("poem", "roses are red\n"), "nothing that can be read here"),
    "a picture": (only("a.bin", b"\x89PNG\r\n\x1a\n\0\0"), "nothing that can be read here"),
}
JSON: dict[str, Case] = {
    "an array": (instead(corpus='[{"_id": "a", "text": "x"}]'), "one JSON array"),
    "arrays as lines": (instead(queries=QUERIES + "[1]\n"), "line 3: This is an array"),
    "texts as lines": (instead(queries=QUERIES + '"x"\n'), "line 3: This is a single value"),
    "an object cut off": (instead(corpus=CORPUS[:-9]), "corpus.jsonl, line 5: This is not JSON"),
    "deep nesting": (instead(queries=QUERIES + "[" * 200_000 + "\n"), "line 3: The JSON is nested"),
    "a number of 5,000 digits": (
        instead(queries=QUERIES + '{"_id": "a", "text": "x", "n": ' + "9" * 5_000 + "}"),
        "line 3: This is not JSON \\(a number is too long\\)",
    ),
    "no _id": (record(text="x"), "line 6: `_id` is missing"),
    "_id is null": (record(_id=None, text="x"), "line 6: `_id` is missing"),
    "_id is an object": (record(_id={"a": 1}, text="x"), "`_id` is {'a': 1}, which is not text"),
    "_id is true": (record(_id=True, text="x"), "`_id` is True, which is not text"),
    "_id is 1.5": (record(_id=1.5, text="x"), "`_id` is 1.5, which is not text"),
    "_id is empty": (record(_id="", text="x"), "`_id` is empty"),
    "_id is blank": (record(_id=" \t", text="x"), "`_id` is empty"),
    "_id with a line break": (record(_id="a\nb", text="x"), "cannot be in an id"),
    "_id with a tab": (record(_id="a\tb", text="x"), "cannot be in an id"),
    "_id with half a pair": (record(_id="a\ud800", text="x"), "cannot be in an id"),
    "_id of 501 characters": (record(_id="x" * 501, text="x"), "`_id` has 501 characters"),
    "no text": (record(_id="x"), "line 6: `text` is missing"),
    "text is a number": (record(_id="x", text=7), "line 6: `text` is 7, which is not text"),
    "text with half a pair": (record(_id="x", text="a\udc00"), "half of a character pair"),
    "text with NUL": (record(_id="x", text="a\0"), "holds a NUL character"),
    "metadata with half a pair": (
        record(_id="x", text="a", metadata={"k": "\ud83d"}),
        "half of a character pair",
    ),
}
JUDGEMENTS: dict[str, Case] = {
    "two header lines": (instead(qrels=HEADER + QRELS), "line 2: The grade 'score' is not"),
    "two columns": (instead(qrels=QRELS + "q1\td4\n"), "line 5: The line has 2 columns"),
    "a text as grade": (instead(qrels=QRELS + "q1\td4\thigh\n"), "The grade 'high' is not"),
    "half a grade": (instead(qrels=QRELS + "q1\td4\t0.5\n"), "The grade '0.5' is not a whole"),
    "NaN as grade": (instead(qrels=QRELS + "q1\td4\tnan\n"), "The grade 'nan' is not a whole"),
    "a huge grade": (instead(qrels=QRELS + "q1\td4\t99999\n"), "The grade 99999 is out of range"),
    "an endless grade": (instead(qrels=QRELS + "q1\td4\t" + "9" * 99), "is not a whole number"),
    "no query": (instead(qrels=QRELS + "\td4\t1\n"), "`query-id` is empty"),
    "two grades for a pair": (
        instead(qrels=QRELS + "q1\td1\t0\n"),
        "different grades in test: 1",
    ),
    "other documents": (instead(qrels=HEADER + "q1\tz\t1\n"), "not in the corpus: 1 of 1"),
    "other queries": (instead(qrels=HEADER + "z\td1\t1\n"), "None of the 1 judged queries"),
    "ids written another way": (instead(qrels=HEADER + "q1\tD1\t1\n"), "write another way: 1"),
}
COLLECTIONS: dict[str, Case] = {
    "document ids twice": (
        instead(corpus=f"{CORPUS}\n{CORPUS}"),
        "documents that stand more than once: 5",
    ),
    "query ids twice": (
        instead(queries=QUERIES + '{"_id": "q1", "text": "other"}'),
        "queries that stand more than once: 1",
    ),
    "no queries": (only("corpus.jsonl", CORPUS), "There are no queries"),
    "no documents": (only("queries.jsonl", QUERIES), "neither documents nor run files"),
    "only empty documents": (
        instead(corpus="\n".join(f'{{"_id": "d{n}", "text": ""}}' for n in range(1, 5))),
        "neither title nor text: 4 of 4",
    ),
}
OTHERS: dict[str, Case] = {
    "uneven rows": (table("id,text\n1,a,b\n"), "corpus.csv, line 2: The row has 3 cells"),
    "an open quote": (table('id,text\n1,"a\n'), "The table cannot be read"),
    "a column twice": (table("id,text,text\n1,a,b\n"), "two columns are called 'text'"),
    "no text column": (table("id\n1\n2\n"), "no column is chosen for `text`"),
    "Parquet of other types": (
        table(parquet(id=[1.5], text=["x"]), "corpus.parquet"),
        "corpus.parquet, row 1: `id` is 1.5",
    ),
    "Parquet cut off": (
        table(parquet(id=["1"], text=["x"])[:-9], "corpus.parquet"),
        "damaged or not a Parquet file",
    ),
    "Parquet in a zip": (
        lambda: {"a.zip": zipped({"corpus.parquet": parquet(id=["1"], text=["x"])})},
        "Parquet cannot be read that way",
    ),
    "TREC without DOCNO": (table("<DOC>\nx\n</DOC>\n", "docs.trec"), "has 0 <DOCNO>"),
    "TREC without an end": (table("<DOC>\n<DOCNO>1</DOCNO>\n", "docs.trec"), "does not end"),
    "XML topics with entities": (
        topics('<!DOCTYPE t [<!ENTITY a "b">]><topics><topic>&a;</topic></topics>'),
        "topics.xml, line 1: The file declares a document type",
    ),
    "XML topics without an end": (
        topics('<topics><topic number="1">a</topic>'),
        "topics.xml, line 1: This is not sound XML",
    ),
    "SMART documents of another collection": (
        table(".I 1\n.W\nx\n", "docs.all"),
        "not in the corpus: 3 of 3",
    ),
    "a run of four columns": (run(RUN + "q1 Q0 d1 1\n"), "bm25.trec, line 4: Four columns"),
    "a score that is NaN": (run("q1 Q0 d1 1 nan x\n"), "not a (finite )?number"),
    "an infinite score": (run("q1 Q0 d1 1 inf x\n"), "not a (finite )?number"),
    "a run of other queries": (run("z Q0 d1 1 1.5 x\n"), "none of its 1 queries is in Tiny"),
    "a run of other documents": (run("q1 Q0 z 1 1.5 x\n"), "none of its 1 documents is judged in"),
}
CASES = ARCHIVES | BYTES | JSON | JUDGEMENTS | COLLECTIONS | OTHERS
