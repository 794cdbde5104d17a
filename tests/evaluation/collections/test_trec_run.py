import gzip
import math
import random
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections import trec_run
from evaluation.collections.trec_run import read_run
from evaluation.errors import CancelledError, InputError
from evaluation.run import Run
from evaluation.run_export import trec_lines

GOOD = b"q1 Q0 d1 1 3.5 tag\nq1 Q0 d2 2 2.5 tag\nq2 Q0 d1 1 -1e2 tag\n"
EXPECTED = {"q1": [("d1", 3.5), ("d2", 2.5)], "q2": [("d1", -100.0)]}


def lists(run: Run) -> dict[str, list[tuple[str, float]]]:
    return dict(run)


def read(folder: Path, content: bytes, name: str = "run.trec") -> Run:
    path = folder / name
    path.write_bytes(content)
    return read_run(path)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.rstrip(b"\n"),
        GOOD.replace(b" ", b"\t"),
        GOOD.replace(b" ", b"   "),
        GOOD.replace(b" ", b" \t "),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"  \n"),
        GOOD.replace(b"\n", b"\n\n \n\t\n"),
        b"\n\n  " + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        b"\xef\xbb\xbf" + GOOD.replace(b" ", b"\t").replace(b"\n", b"\r\n"),
        GOOD.replace(b" 3.5 ", b" +3.5 "),
        GOOD.replace(b" 3.5 ", b" 35e-1 "),
        GOOD.replace(b" 1 ", b" nonsense "),
        GOOD.replace(b"tag\nq2", b"\xe4\xf6\nq2"),
        gzip.compress(GOOD),
    ],
)
def test_the_same_run_is_read_however_it_is_laid_out(tmp_path: Path, content: bytes) -> None:
    assert lists(read(tmp_path, content)) == EXPECTED


def test_tabs_may_stand_around_ids_with_blanks(tmp_path: Path) -> None:
    run = read(tmp_path, b"a query\tQ0\tone doc\t1\t2.0\ttag\n")
    assert lists(run) == {"a query": [("one doc", 2.0)]}


FAULTS = {
    "five columns": (b"q1 Q0 d1 1 3.5\n", "line 1: Five columns where six belong."),
    "five columns apart by two blanks": (b"q1 Q0 d1  1 3.5\n", "line 1: Five columns"),
    "five columns and a blank before": (b" q1 Q0 d1 1 3.5\n", "line 1: Five columns"),
    "five columns and a blank behind": (b"q1 Q0 d1 1 3.5 \n", "line 1: Five columns"),
    "seven columns": (GOOD + b"q3 Q0 d1 1 3.5 my tag\n", "line 4: 7 columns where six belong."),
    "a qrels file": (b"q1 0 d1 1\n", "line 1: Four columns where six belong."),
    "one word": (GOOD + b"\n\nhello\n", "line 6: One column where six belong."),
    "text as a score": (GOOD.replace(b"2.5", b"high"), "line 2: The score 'high' is not a number."),
    "a number with a comma": (GOOD.replace(b"2.5", b"2,5"), "line 2: The score '2,5' is not a"),
    "an underscore": (GOOD.replace(b"2.5", b"2_5"), "line 2: The score '2_5' is not a number."),
    "NaN": (GOOD.replace(b"2.5", b"NaN"), "line 2: The score 'NaN' is not a finite number"),
    "infinite": (GOOD.replace(b"-1e2", b"-inf"), "line 3: The score '-inf' is not a finite number"),
    "beyond single precision": (GOOD.replace(b"2.5", b"1e39"), "line 2: The score '1e39' is not a"),
    "missing score": (GOOD.replace(b"2.5", b"NULL"), "line 2: The score 'NULL' is not a number."),
    "header": (b"query Q0 doc rank score tag\n" + GOOD, "line 1: The score 'score' is not a"),
    "NUL": (GOOD.replace(b"d2", b"d\x002"), "line 2: Byte 8 is NUL"),
    "Latin-1 document": (
        GOOD.replace(b"d2", b"d\xe4"),
        "line 2: The document id holds the byte 0xe4",
    ),
    "Latin-1 query": (GOOD.replace(b"q2", b"\xfc"), "line 3: The query id holds the byte 0xfc"),
    "long id": (GOOD.replace(b"d2", b"d" * 501), "line 2: The document id is longer than 500"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "is in UTF-16. Save it as UTF-8."),
    "empty": (b"", "holds no hits. A run file has lines such as"),
    "blank": (b"\n \n\t\n", "holds no hits."),
    "cut gzip": (gzip.compress(GOOD * 100)[:-20], "is damaged or cut off"),
    "wrong gzip": (b"\x1f\x8bthis is no gzip file", "is damaged or cut off"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_its_line_and_what_to_do(tmp_path: Path, case: str) -> None:
    content, sentence = FAULTS[case]
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, "my.run")
    message = str(caught.value)
    assert message.startswith("my.run")
    assert sentence in message
    assert message.endswith((".", "`."))
    assert message.count(". ") >= 1


def test_the_given_name_stands_in_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "upload-1").write_bytes(b"x\n")
    with pytest.raises(InputError, match=r"^bm25\.trec, line 1: One column"):
        read_run(tmp_path / "upload-1", name="bm25.trec")


def test_a_fault_behind_many_blocks_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trec_run, "BLOCK_BYTES", 50)
    lines = [b"q%d Q0 d%d 1 %d tag" % (i % 7, i, i) for i in range(200)]
    lines[3] = b""
    lines[171] = b"q1 Q0 d1 1 3.5"
    with pytest.raises(InputError, match="line 172: Five columns"):
        read(tmp_path, b"\xef\xbb\xbf" + b"\n".join(lines))


def test_a_very_long_line_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.trec"
    path.write_bytes(GOOD + b"x" * 50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="a line is longer than 10 MB"):
            read_run(path)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [30, 64, 1 << 21])
@pytest.mark.parametrize(
    "kind", ["number", "padded", "prefix", "padded prefix", "word", "late word"]
)
def test_random_runs_are_read_as_line_by_line_python_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, size: int
) -> None:
    monkeypatch.setattr(trec_run, "BLOCK_BYTES", size)
    chosen = random.Random(f"{kind} {size}")
    for _ in range(5):
        lines = random_lines(chosen, kind)
        run = read(tmp_path, "\n".join(lines).encode())
        assert lists(run) == by_hand(lines)


def random_lines(chosen: random.Random, kind: str) -> list[str]:
    lines = []
    for number in range(chosen.randint(1, 120)):
        query = chosen.choice(["1", "01", "q é", "z"]).replace(" ", "")
        document = chosen.randint(0, 150)
        name = {
            "number": f"{document}",
            "padded": f"{document:06}",
            "prefix": f"dö-{document}",
            "padded prefix": f"x7_{document:04}",
            "word": chosen.choice(["a", "B", "7", "07", "ü9", "-1", "+1", "1e3", " 3".strip()]),
            "late word": f"{document}" if number < 60 else chosen.choice(["007", "7", "seven"]),
        }[kind]
        score = chosen.choice([0.5, 1, chosen.gauss(0, 1), 20.00000001, 20.0])
        lines.append(f"{query} Q0 {name} {number} {score!r} t")
    return lines


def by_hand(lines: Sequence[str]) -> dict[str, list[tuple[str, float]]]:
    """The rule in plain Python: best hit of a document, score then id, both descending."""
    best: dict[str, dict[str, float]] = {}
    for line in lines:
        query, _, document, _, text, _ = line.split()
        score = float(np.float32(float(text)))
        hits = best.setdefault(query, {})
        hits[document] = max(score, hits.get(document, -math.inf))
    return {
        query: sorted(hits.items(), key=lambda hit: (hit[1], hit[0].encode()), reverse=True)
        for query, hits in best.items()
    }


def test_ids_that_differ_only_in_zeros_stay_apart(tmp_path: Path) -> None:
    run = read(tmp_path, b"q Q0 7 1 3 t\nq Q0 07 2 2 t\nq Q0 007 3 1 t\n")
    assert [doc_id for doc_id, _ in run.hits("q")] == ["7", "07", "007"]


def test_repeated_documents_are_removed_and_counted(tmp_path: Path) -> None:
    run = read(tmp_path, b"q Q0 a 1 1 t\nq Q0 b 2 5 t\nq Q0 a 3 9 t\n")
    assert run.hits("q") == [("a", 9.0), ("b", 5.0)]
    assert run.duplicates == 1


def test_a_written_run_is_read_back_as_the_same(tmp_path: Path) -> None:
    numbers = np.random.default_rng()
    rankings = {
        f"q{q}": [(f"d{d}", float(s)) for d, s in enumerate(numbers.standard_normal(50))]
        for q in range(20)
    }
    run = Run.from_lists(rankings)
    written = b"".join(trec_lines(run, "my own tag"))
    again = read(tmp_path, written)
    assert lists(again) == lists(run)
    first = written.splitlines()[0].split()
    assert first[0] == b"q0"
    assert first[3] == b"1"
    assert first[5] == b"myowntag"


def test_reading_reports_bytes_and_can_be_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trec_run, "BLOCK_BYTES", 40)
    path = tmp_path / "run.trec"
    path.write_bytes(GOOD * 3)

    class Listener:
        def __init__(self, last: int) -> None:
            self.seen: list[tuple[int, int | None, str]] = []
            self.last = last

        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            self.seen.append((done, total, unit))
            if len(self.seen) == self.last:
                raise CancelledError

    whole = Listener(-1)
    read_run(path, progress=whole)
    size = len(GOOD) * 3
    assert whole.seen[-1] == (size, size, "bytes")
    done = [at for at, _, _ in whole.seen]
    assert done == sorted(done)
    with pytest.raises(CancelledError):
        read_run(path, progress=Listener(2))
