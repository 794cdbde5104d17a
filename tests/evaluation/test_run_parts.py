import numpy as np
import pyarrow as pa
import pytest

from evaluation import run_parts
from evaluation.errors import InputError
from evaluation.run import Run
from evaluation.run_parts import RunParts


def answers(random: np.random.Generator, documents: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Hits in no order, with ties, repeated documents and queries without any."""
    lengths = random.integers(0, 12, 30) * (random.random(30) < 0.8)
    return [
        (random.integers(0, documents, length), random.integers(0, 4, length) / 2)
        for length in lengths
    ]


@pytest.mark.parametrize("together", [1, 7, 40, 1 << 20])
def test_the_run_is_the_one_of_all_hits_ordered_together(
    monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(run_parts, "TOGETHER", together)
    random = np.random.default_rng()
    for documents in (3, 20, 500):
        given = answers(random, documents)
        ids = [f"q{number}" for number in range(len(given))]
        names = pa.array([f"d{number}" for number in random.permutation(documents)])
        parts = RunParts(ids, names, 4)
        for found, scores in given:
            parts.add(found, scores)
        made = parts.run(["q3"])
        codes = np.repeat(np.arange(len(given)), [len(found) for found, _ in given])
        hits = codes, *(np.concatenate(column) for column in zip(*given, strict=True))
        whole = Run.from_hits(ids, names, hits, 4, ["q3"])  # type: ignore[arg-type]
        assert list(made) == list(whole)
        assert made.offsets.tolist() == whole.offsets.tolist()
        assert made.doc_ids.equals(whole.doc_ids)
        assert made.failed == whole.failed
        assert made.duplicates == len(codes) - sum(len(set(f.tolist())) for f, _ in given)


def test_no_queries_make_an_empty_run() -> None:
    made = RunParts([], pa.array(["d"]), 5).run()
    assert (made.query_ids, len(made), made.offsets.tolist()) == ((), 0, [0])


def test_a_score_that_is_no_number_is_refused() -> None:
    parts = RunParts(["q"], pa.array(["d"]), 5)
    parts.add(np.array([0]), np.array([np.nan]))
    with pytest.raises(InputError, match="not a finite number"):
        parts.run()
