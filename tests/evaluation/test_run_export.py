import io
import zipfile

import numpy as np
import pytest

from evaluation.errors import InputError
from evaluation.run import Run
from evaluation.run_export import trec_archive, trec_lines


def lines(run: Run, tag: str = "tag") -> list[str]:
    return b"".join(trec_lines(run, tag)).decode().splitlines()


def test_a_line_has_six_columns_and_ranks_start_at_one() -> None:
    run = Run.from_lists({"q1": [("a", 2.5), ("b", 1.0)], "q2": [("a", 7.0)]})
    assert [line.split()[:4] for line in lines(run)] == [
        ["q1", "Q0", "a", "1"], ["q1", "Q0", "b", "2"], ["q2", "Q0", "a", "1"],
    ]  # fmt: skip
    assert {line.split()[5] for line in lines(run)} == {"tag"}


def test_reading_the_lines_gives_the_same_run_ties_included() -> None:
    random = np.random.default_rng(5)
    scores = np.round(random.standard_normal(400) * 10.0 ** random.integers(-8, 8, 400), 3)
    hits = {f"q{n}": [(f"d{m}", float(scores[20 * n + m])) for m in range(20)] for n in range(20)}
    run = Run.from_lists(hits)
    read: dict[str, list[tuple[str, float]]] = {}
    for line in lines(run):
        query_id, _, doc_id, _, score, _ = line.split(" ")
        read.setdefault(query_id, []).append((doc_id, float(score)))
    again = Run.from_lists(read)
    assert list(again) == list(run)


def test_an_id_with_a_blank_is_refused() -> None:
    with pytest.raises(InputError, match="'a b' is empty or holds a blank"):
        lines(Run.from_lists({"q": [("a b", 1.0)]}))


def test_a_tag_has_no_blanks() -> None:
    assert lines(Run.from_lists({"q": [("a", 1.0)]}), "my  run")[0].endswith(" myrun")


def test_an_empty_run_has_no_lines() -> None:
    assert lines(Run.from_lists({"q": []})) == []


def test_an_archive_holds_one_file_per_run() -> None:
    run = Run.from_lists({"q": [("a", 1.0)]})
    with zipfile.ZipFile(io.BytesIO(trec_archive([("0-x", run), ("1-y", run)]))) as archive:
        assert archive.namelist() == ["0-x.trec", "1-y.trec"]
        assert archive.read("1-y.trec") == b"q Q0 a 1 1 1-y\n"
