import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.errors import CancelledError, InputError
from evaluation.models import encoding
from evaluation.models.encoding import (
    CHARACTERS_PER_TOKEN,
    each_token,
    encode,
    encode_tokens,
    score_pairs,
    unit,
    width,
)
from evaluation.models.network import About, Output, Take, Text
from evaluation.progress import SILENT


class Pretended:
    """A network whose answer for a text is drawn from the text, given back in odd order."""

    def __init__(self, about: About) -> None:
        self.about, self.seen = about, list[Text]()

    def run(self, texts: Sequence[Text], output: Output, take: Take) -> None:
        self.seen += texts
        for start in range(0, len(texts), 3):
            rows = np.arange(start, min(start + 3, len(texts)))[::-1]
            values = [drawn(str(texts[row]), output, self.about.dimension) for row in rows]
            take(rows, values if output == "tokens" else np.stack(values))

    def pieces(self, text: str) -> list[tuple[str, int, int]]:
        return [(text, 0, len(text))]


def drawn(text: str, output: str, dimension: int) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(zlib.crc32(text.encode()))
    if output == "tokens":
        return random.normal(size=(random.integers(1, 6), dimension)).astype(np.float32)
    return random.normal(size=1 if output == "scores" else dimension).astype(np.float32)


TEXTS = [f"text {n}" for n in range(20)]
ABOUT = About(max_length=8, dimension=6)


def test_vectors_come_back_in_the_order_of_the_texts_and_of_length_one() -> None:
    out, reported = np.empty((20, 6), np.float32), list[int]()
    encode(Pretended(ABOUT), [TEXTS[:7], TEXTS[7:]], out, reported.append)
    expected = np.stack([drawn(text, "vectors", 6) for text in TEXTS])
    assert np.allclose(out, expected / np.linalg.norm(expected, axis=1, keepdims=True))
    assert reported == sorted(reported)
    assert reported[-1] == 20


def test_vectors_are_cut_before_they_are_brought_to_length_one() -> None:
    out = np.empty((20, 4), np.float32)
    encode(Pretended(ABOUT), [TEXTS], out, lambda done: None)
    expected = np.stack([drawn(text, "vectors", 6)[:4] for text in TEXTS])
    assert np.allclose(out, expected / np.linalg.norm(expected, axis=1, keepdims=True))


def test_a_model_that_compares_by_dot_product_keeps_the_lengths() -> None:
    out = np.empty((20, 6), np.float32)
    about = About(max_length=8, dimension=6, similarity="dot")
    encode(Pretended(about), [TEXTS], out, lambda done: None)
    assert np.allclose(out, np.stack([drawn(text, "vectors", 6) for text in TEXTS]))


def test_a_prompt_stands_before_every_text() -> None:
    network = Pretended(ABOUT)
    encode(network, [["a", "b"]], np.empty((2, 6), np.float32), lambda done: None, "query: ")
    assert network.seen == ["query: a", "query: b"]


def test_a_text_without_end_is_clipped_before_it_is_tokenised() -> None:
    network = Pretended(ABOUT)
    encode(network, [["x" * 1_000_000]], np.empty((1, 6), np.float32), lambda done: None)
    assert [len(text) for text in network.seen] == [8 * CHARACTERS_PER_TOKEN]


def test_a_report_that_raises_stops_the_encoding() -> None:
    network = Pretended(ABOUT)

    def stop(done: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        encode(network, [["a"], ["b"]], np.empty((2, 6), np.float32), stop)
    assert network.seen == ["a"]


def test_token_vectors_come_in_the_order_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "CHUNK", 8)
    found = encode_tokens(Pretended(ABOUT), TEXTS, "p ")
    for text, states in zip(TEXTS, found, strict=True):
        assert np.allclose(states, unit(drawn(f"p {text}", "tokens", 6)))


def test_every_text_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "CHUNK", 8)
    rows: list[int] = []
    each_token(Pretended(ABOUT), TEXTS, lambda row, states: rows.append(row))
    assert sorted(rows) == list(range(20))


def test_scores_come_in_the_order_of_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "CHUNK", 8)
    pairs = [(text, text.upper()) for text in TEXTS]
    found = score_pairs(Pretended(ABOUT), pairs, SILENT)
    expected = [drawn(str(pair), "scores", 6)[0] for pair in pairs]
    assert found.tolist() == pytest.approx(expected)


def test_no_texts_are_encoded_to_nothing() -> None:
    encode(Pretended(ABOUT), [], np.empty((0, 6), np.float32), lambda done: None)
    assert encode_tokens(Pretended(ABOUT), []) == []
    assert score_pairs(Pretended(ABOUT), [], SILENT).shape == (0,)


def test_a_row_of_zeros_stays() -> None:
    assert unit(np.zeros((1, 3), np.float32)).tolist() == [[0, 0, 0]]


def test_a_width_beyond_the_models_is_refused() -> None:
    network = Pretended(ABOUT)
    assert (width(network, 0), width(network, 4)) == (6, 4)
    with pytest.raises(InputError, match=r"truncate_dimension is 7, .* have 6 dimensions"):
        width(network, 7)
