from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import CancelledError
from evaluation.token_index.building import Source, build
from evaluation.token_index.compression import (
    LEAST,
    largest_divisor,
    suitable_centroids,
)
from evaluation.token_index.growing import GrowingArray
from tests.evaluation.token_index.planted import drawn, fresh, planted
from tests.every_stage import StopAt


def test_an_index_takes_the_bytes_that_were_computed(tmp_path: Path) -> None:
    _, random = fresh()
    documents = drawn(random, 800, 16, 40)
    tokens = sum(len(vectors) for vectors, _ in documents)
    assert tokens >= LEAST
    index = planted(tmp_path / "index", documents, code_bytes=8, centroids=32)
    header = 128  # of an .npy file
    expected = {
        "stored.npy": 8 * tokens,  # the code
        "nearest.npy": tokens,  # one byte for up to 256 centroids
        "tokens.npy": tokens,  # one byte for up to 256 names of tokens
        "members.npy": 4 * tokens,
        "ends.npy": 8 * 800,
        "member_ends.npy": 8 * 32,
        "centroids.npy": 4 * 32 * 16,
        "codebook.npy": 4 * 256 * 16,
    }
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "index").glob("*.npy")}
    assert sizes == {name: size + header for name, size in expected.items()}
    assert index.ends[-1] == tokens


def test_vectors_in_16_bits_come_back_as_they_were(tmp_path: Path) -> None:
    _, random = fresh()
    documents = drawn(random, 600, 6, 5)
    index = planted(tmp_path / "index", documents)
    for row, (vectors, tokens) in enumerate(documents):
        assert np.array_equal(index.vectors(index.rows(row)), vectors.astype(np.float16))
        assert index.token_names(row) == tokens
        assert set(index.holders[index.rows(row)].tolist()) == {row}


def test_codes_stand_for_vectors_near_to_what_they_were(tmp_path: Path) -> None:
    _, random = fresh()
    documents = drawn(random, 800, 16, 40)
    whole = np.concatenate([vectors for vectors, _ in documents])
    errors = []
    for code_bytes in (2, 8, 16):
        index = planted(tmp_path / f"{code_bytes}", documents, code_bytes=code_bytes)
        decoded = index.vectors(slice(0, len(whole)))
        errors.append(float(((decoded - whole) ** 2).sum(axis=1).mean()))
    centroids_alone = ((index.compression.centroids[index.nearest] - whole) ** 2).sum(axis=1).mean()
    assert centroids_alone > errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.001


def test_each_token_is_a_member_of_its_centroid_alone(tmp_path: Path) -> None:
    _, random = fresh()
    index = planted(tmp_path / "index", drawn(random, 300, 8, 6), centroids=7)
    for centroid in range(7):
        rows = index.in_lists(np.array([centroid]))
        assert rows.tolist() == np.flatnonzero(index.nearest == centroid).tolist()
        assert index.list_lengths(np.array([centroid])).tolist() == [len(rows)]
    distances = ((index.vectors(slice(0, 50))[:, None] - index.compression.centroids) ** 2).sum(2)
    assert distances[np.arange(50), index.nearest[:50]] == pytest.approx(distances.min(axis=1))


def test_documents_with_a_token_are_counted_once_each(tmp_path: Path) -> None:
    _, random = fresh()
    documents = drawn(random, 100, 4, 9)
    index = planted(tmp_path / "index", documents)
    for name, holding in zip(*index.names, strict=True):
        assert holding == sum(name in tokens for _, tokens in documents), name


def test_the_same_documents_make_the_same_files(tmp_path: Path) -> None:
    _, random = fresh()
    documents = drawn(random, 700, 16, 40)
    for name in ("one", "two"):
        planted(tmp_path / name, documents, code_bytes=4)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 9
    for name in files:
        one, two = ((tmp_path / place / name).read_bytes() for place in ("one", "two"))
        assert one == two, name


def test_each_document_is_encoded_once_and_the_work_can_be_stopped(tmp_path: Path) -> None:
    _, random = fresh()
    documents, asked = drawn(random, 30, 4, 3), list[str]()

    def encode(texts: list[str], take: object) -> None:
        for place, text in enumerate(texts):
            asked.append(text)
            take(place, documents[int(text)][0].astype(np.float16), ["x"])  # type: ignore[operator]

    source = Source(30, lambda rows: [str(row) for row in rows.tolist()], encode, 4)  # type: ignore[arg-type]
    with pytest.raises(CancelledError):
        build(source, tmp_path, 0, 0, StopAt(12))
    assert 0 < len(asked) < 30


def test_an_array_that_grew_is_an_ordinary_file(tmp_path: Path) -> None:
    _, random = fresh()
    parts = [random.integers(0, 256, (n, 3)).astype(np.uint8) for n in (0, 1, 1000, 25)]
    growing = GrowingArray(tmp_path / "grown.npy", 3, np.uint8)
    for part in parts:
        growing.add(part)
    growing.close()
    assert np.array_equal(np.load(tmp_path / "grown.npy"), np.concatenate(parts))


def test_sizes_follow_from_the_corpus() -> None:
    assert [suitable_centroids(tokens) for tokens in (0, 1, 100, 1_000_000, 10**8)] == [
        1, 2, 16, 1024, 4096,
    ]  # fmt: skip
    assert largest_divisor(384, 96) == 96
    assert largest_divisor(128, 96) == 64
    assert largest_divisor(24, 96) == 24
    assert largest_divisor(7, 3) == 1
