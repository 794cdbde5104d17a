"""Whatever is done to a valid file, its reader gives sound records or one sentence."""

import json
import math
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evaluation.collections import beir, smart, tables, trec, trec_topics, xml_topics
from evaluation.collections.archives import members
from evaluation.collections.detection import detect
from evaluation.collections.jsonl import json_objects
from evaluation.collections.mapping import Mapping
from evaluation.collections.records import UNFIT_IN_IDS, Document, Judgement, Query
from evaluation.collections.sources import Reading, SourceFile, file_on_disk
from evaluation.collections.trec_run import read_run
from evaluation.errors import EvaluationError
from evaluation.experiment import experiment_from_dict, experiment_from_yaml
from evaluation.grid_values import numbers_from_text
from evaluation.measures.names import canonical, parse
from evaluation.run import Run
from evaluation.score_files import read_scores, values_of
from evaluation.yaml_lines import read_with_lines
from tests.evaluation.collections.reading import given as in_memory
from tests.evaluation.collections.uploads import (
    BEIR,
    CORPUS,
    QRELS,
    QUERIES,
    RUN,
    tarred,
    zipped,
)
from tests.hostile.case import bad_sentence
from tests.hostile.families.parquet_files import table
from tests.hostile.mutations import mutated
from tests.hostile.seeds import CSV, EXPERIMENT, GRADES, GRID, SCORES, SMART, TOPICS, TREC, XML

EXAMPLES, SLOW = 40, 20  # in the default run, and how many times as many in the slow one
DOCUMENTS = Mapping("corpus", {"doc_id": "id", "text": "text"}, keep=("more",))
Reader = Callable[[bytes, Path], Any]


def line_reader(reader: Callable[[Reading, SourceFile], Any], name: str) -> Reader:
    """Read records from memory and check each of them."""

    def read(data: bytes, _: Path) -> None:
        for record in reader(Reading(), in_memory(data, name)):
            check_record(record)

    return read


def check_record(record: Any) -> None:
    """Ids are visible text, texts can be stored, grades are whole."""
    assert isinstance(record, Document | Query | Judgement)
    ids = record[:2] if isinstance(record, Judgement) else record[:1]
    assert all(
        found.strip() and len(found) <= 500 and not UNFIT_IN_IDS.search(found) for found in ids
    )
    for value in record:
        for text in value.values() if isinstance(value, dict) else [value]:
            assert isinstance(text, int) or (text.encode().decode() == text and "\0" not in text)


def json_like_json(data: bytes, _: Path) -> None:
    """Read JSON lines; gives what `json` gives."""
    with Reading().lines(in_memory(data, "a.jsonl")) as lines:
        found = list(json_objects(lines))
    expected = [
        json.loads(line) for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()
    ]
    assert repr(found) == repr(expected)  # NaN is not equal to itself


def parquet(data: bytes, folder: Path) -> None:
    """Read documents from Parquet."""
    path = folder / "a.parquet"
    path.write_bytes(data)
    for record in tables.documents(Reading(), file_on_disk(path, "a.parquet"), DOCUMENTS):
        check_record(record)


def archive(name: str, data: bytes, folder: Path) -> None:
    """List an archive, read all that is in it, and say what it is."""
    path = folder / name
    path.write_bytes(data)
    found = members(path, name)
    assert len({file.name for file in found}) == len(found)
    for file in found:
        with Reading().open(file) as stream:
            assert len(stream.read(1 << 20)) <= max(0, file.size) or file.packed
    detect(found)


def run(data: bytes, folder: Path) -> None:
    """Read a run; gives the hits that a plain reader gives."""
    path = folder / "a.trec"
    path.write_bytes(data)
    found = read_run(path)
    hits: dict[str, dict[str, float]] = {}
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        cells = [cell.strip() for cell in line.split(b"\t")]
        cells = cells if len(cells) == 6 else line.split()
        if cells and line.strip():
            query, document, score = (cells[at].decode() for at in (0, 2, 4) if len(cells) == 6)
            best = hits.setdefault(query, {})
            best[document] = max(best.get(document, -math.inf), float(score))
    expected = Run.from_lists({query: list(best.items()) for query, best in hits.items()})
    if b"\r" not in data.replace(b"\r\n", b""):  # alone it ends a line for one and not the other
        assert dict(found) == dict(expected)
    assert all(math.isfinite(score) for _, ranked in found for _, score in ranked)


def judgements(data: bytes, _: Path) -> None:
    """Read judgements; gives what a plain reader gives."""
    found = list(trec.judgements(Reading(), in_memory(data, "qrels.txt")))
    lines = data.removeprefix(b"\xef\xbb\xbf").decode().split("\n")
    assert len(found) == sum(bool(line.strip()) for line in lines)
    for record in found:
        check_record(record)
        assert -1000 <= record.relevance <= 1000


def experiment(data: bytes, _: Path) -> None:
    """Read an experiment, which its own text gives again."""
    found = read_with_lines(data.decode("utf-8", "replace"), experiment_from_dict)
    assert experiment_from_yaml(found.to_yaml()) == found
    json.dumps(found.to_dict(), allow_nan=False).encode()


def measure(data: bytes, _: Path) -> None:
    """Read a measure, whose name is a measure again."""
    found = parse(data.decode("utf-8", "replace"))
    assert canonical(str(found)) == str(found)


def numbers(data: bytes, _: Path) -> None:
    """Read typed numbers of a grid."""
    found = numbers_from_text(data.decode("utf-8", "replace"), "BM25: k1", whole=False)
    assert len(found) <= 500
    assert all(math.isfinite(value) for value in found)


def scores(name: str, data: bytes, folder: Path) -> None:
    """Read per-query scores: each query once, values finite or missing."""
    path = folder / name
    path.write_bytes(data)
    found = read_scores(path)
    for column in found.column_names:
        if column not in ("system", "query_id") and found.num_rows:
            with suppress(EvaluationError):
                assert not any(map(math.isinf, values_of(path, found, column)))


def tried(reader: Reader, data: bytes) -> None:
    """Read; whatever is refused must be refused with a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            reader(data, Path(folder))
        except EvaluationError as error:
            sentence = str(error).replace(folder, "")
            assert bad_sentence(sentence, "") == []


RUNS = (
    RUN.encode(),
    b"q1\tQ0\td1\t1\t3.5e0\tx\nq1\tQ0\td2\t2\t-.5\tx\n",
    b"q1 Q0  D007 1 1 x\r\nq2 Q0 D008 1 2 x\r\n",
)
PARQUET = (
    table({"id": ["d1", "d2"], "text": ["a", "b"], "more": ["x", None]}),
    table(
        {"id": pa.array(["d1"] * 50).dictionary_encode(), "text": ["x"] * 50, "more": [1] * 50},
        compression="zstd",
    ),
    table(
        {"id": ["d1"], "text": ["a"], "more": [[1, 2]]}, use_dictionary=False, compression="none"
    ),
)
READERS: dict[str, tuple[Reader, tuple[bytes, ...]]] = {
    "BEIR documents": (line_reader(beir.documents, "a.jsonl"), (CORPUS.encode(),)),
    "BEIR queries": (line_reader(beir.queries, "a.jsonl"), (QUERIES.encode(),)),
    "BEIR judgements": (line_reader(beir.judgements, "a.tsv"), (QRELS.encode(),)),
    "JSON lines": (
        json_like_json,
        (QUERIES.encode(), b'{"a": [1, 2.5, null, true, {"b": "\\u00e9"}]}\n'),
    ),
    "TREC documents": (line_reader(trec.documents, "a.trec"), (TREC,)),
    "TREC topics": (line_reader(trec_topics.topics, "a.txt"), (TOPICS,)),
    "topics with tabs": (line_reader(trec_topics.tab_topics, "a.tsv"), (b"1\triver\n2\ta b\n",)),
    "XML topics": (line_reader(xml_topics.xml_topics, "a.xml"), (XML,)),
    "SMART documents": (line_reader(smart.documents, "a.all"), (SMART,)),
    "SMART queries": (line_reader(smart.queries, "a.qry"), (SMART,)),
    "SMART judgements": (
        line_reader(smart.judgements, "a.rel"),
        (b"1 184 2\n1 29 2\n", b"01 0028 0 0.000000\n"),
    ),
    "CSV": (
        line_reader(lambda reading, file: tables.documents(reading, file, DOCUMENTS), "a.csv"),
        (CSV,),
    ),
    "Parquet": (parquet, PARQUET),
    "zip": (partial(archive, "a.zip"), (zipped(BEIR), zipped({"a": b"", "b/c": b"x" * 500}))),
    "tar": (partial(archive, "a.tar.gz"), (tarred(BEIR), tarred({"a" * 120: b"x"}))),
    "runs": (run, RUNS),
    "TREC judgements": (judgements, (GRADES,)),
    "experiments": (experiment, (EXPERIMENT,)),
    "grids": (experiment, (GRID,)),
    "measures": (
        measure,
        (b"nDCG@10", b"AP(rel=2)@100", b"nDCG(gains={1:1, 2:5})@10", b"RBP(p=0.8)"),
    ),
    "typed numbers": (numbers, (b"0.3, 0.6, 0.9", b"0.2:1:0.2", b"1;2;3")),
    "scores as CSV": (partial(scores, "a.csv"), (SCORES,)),
    "scores as Parquet": (
        partial(scores, "a.parquet"),
        (table({"query_id": ["q1"], "AP": [0.5]}),),
    ),
}


@pytest.mark.parametrize(
    "examples", [EXAMPLES, pytest.param(EXAMPLES * SLOW, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", READERS)
def test_a_reader_gives_sound_records_or_a_sentence(name: str, examples: int) -> None:
    reader, seeds = READERS[name]
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=quiet,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    @given(st.one_of(mutated(seeds), mutated(seeds), st.binary(max_size=80)))
    def holds(data: bytes) -> None:
        tried(reader, data)

    holds()
