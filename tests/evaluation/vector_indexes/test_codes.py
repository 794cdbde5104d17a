"""Codes against brute force, on fresh random vectors."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.errors import InputError
from evaluation.vector_indexes.base import VECTORS, Effort, rescored
from evaluation.vector_indexes.binary import build_codes, sign_codes
from evaluation.vector_indexes.opening import open_index
from evaluation.vector_indexes.product import build_product, code_length

Floats = npt.NDArray[np.float32]


def drawn(count: int, dimension: int) -> tuple[Floats, Floats]:
    """Documents and queries of length one, from a seed that is shown when the test fails."""
    seed = int(np.random.SeedSequence().entropy) % 2**32  # type: ignore[arg-type]
    print(f"seed {seed}")  # noqa: T201
    random = np.random.default_rng(seed)
    both = random.standard_normal((count + 30, dimension)).astype(np.float32)
    both /= np.linalg.norm(both, axis=1, keepdims=True)
    return both[:count], both[count:]


def saved(vectors: Floats, folder: Path) -> Path:
    np.save(folder / VECTORS, vectors, allow_pickle=False)
    return folder


def popcounts(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    different = np.unpackbits(first[:, None] ^ second[None], axis=2)
    counts: npt.NDArray[np.int64] = different.sum(axis=2).astype(np.int64)
    return counts


@pytest.mark.parametrize("dimension", [24, 37, 384])
def test_the_hamming_distance_is_that_of_the_signs_for_every_pair(dimension: int) -> None:
    documents, queries = drawn(200, dimension)
    signs = [np.where(vectors > 0, 1, -1) for vectors in (queries, documents)]
    expected = (dimension - signs[0] @ signs[1].T) // 2
    assert (popcounts(sign_codes(queries), sign_codes(documents)) == expected).all()


@pytest.mark.parametrize("dimension", [24, 37, 384])
def test_binary_search_is_brute_force_over_xor(dimension: int, tmp_path: Path) -> None:
    documents, queries = drawn(500, dimension)
    build_codes(documents, saved(documents, tmp_path), lambda done: None)
    index: Any = open_index(tmp_path)
    distances, rows = index.shortlist(queries, 50)
    brute = popcounts(sign_codes(queries), sign_codes(documents))
    assert (np.sort(distances) == np.sort(brute)[:, :50]).all()
    assert (np.take_along_axis(brute, rows, axis=1) == distances).all()
    first = np.argsort(brute, axis=1, kind="stable")[:, :50]
    assert [set(found) for found in rows.tolist()] == [set(found) for found in first.tolist()]


@pytest.mark.parametrize(("count", "code_bytes"), [(600, 6), (600, 24), (200, 6), (1, 3)])
def test_the_score_of_a_code_is_the_dot_product_with_what_it_stands_for(
    count: int, code_bytes: int, tmp_path: Path
) -> None:
    documents, queries = drawn(count, 24)
    build_product(documents, saved(documents, tmp_path), code_bytes, lambda done: None)
    index: Any = open_index(tmp_path)
    scores, rows = index.shortlist(queries, count)
    expected = queries.astype(np.float64) @ index.decoded().T.astype(np.float64)
    assert np.abs(scores - np.take_along_axis(expected, rows, axis=1)).max() < 1e-5
    assert index.codes.sa_code_size() == code_bytes
    error = np.abs(index.decoded() - documents).max()
    assert (error < 1e-6) == (count <= 256), "few documents are kept exactly, many are not"


def test_longer_codes_stand_for_their_vectors_more_closely(tmp_path: Path) -> None:
    documents, _ = drawn(900, 48)
    errors = []
    for code_bytes in (3, 12, 48):
        folder = tmp_path / str(code_bytes)
        folder.mkdir()
        build_product(documents, saved(documents, folder), code_bytes, lambda done: None)
        index: Any = open_index(folder)
        errors.append(float(np.square(index.decoded() - documents).mean()))
    assert errors[0] > errors[1] > errors[2]


def test_a_code_has_a_byte_for_eight_dimensions_unless_told_otherwise() -> None:
    assert [code_length(d, 0) for d in (384, 768, 24, 37, 7, 1)] == [48, 96, 3, 1, 1, 1]
    assert code_length(384, 96) == 96
    for wrong in (5, 385):
        with pytest.raises(InputError, match="must be cut into equal parts"):
            code_length(384, wrong)


def test_rescoring_leaves_out_what_was_not_found() -> None:
    documents, queries = drawn(5, 8)
    rows = np.array([[4, -1, 0]] * len(queries))
    scores = rescored(documents, queries, rows)
    assert scores[:, 1].tolist() == [0] * len(queries)
    assert scores[:, [0, 2]] == pytest.approx(queries @ documents[[4, 0]].T, abs=1e-6)


def test_effort_has_the_defaults_of_the_stage() -> None:
    from evaluation.retrievers.dense import Dense

    stage = Dense()
    assert Effort(stage.ef_search, stage.shortlist, stage.code_weight) == Effort()
