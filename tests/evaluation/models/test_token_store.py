import os
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import CancelledError
from evaluation.models import token_store
from evaluation.models.folders import TOKEN_LIMIT, token_bytes
from evaluation.models.token_store import Half, TokenStore, open_store

random = np.random.default_rng()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))
    return tmp_path


def vectors(tokens: int) -> Half:
    return random.normal(size=(tokens, 8)).astype(np.float16)


def fill(store: TokenStore, texts: list[str], tokens: int = 5) -> dict[str, Half]:
    given = {text: vectors(tokens + place) for place, text in enumerate(texts)}
    with store.writer() as writer:
        for text, found in given.items():
            writer.add(text, found)
    return given


def check(store: TokenStore, texts: list[str], given: dict[str, Half]) -> None:
    found = {texts[row]: held for row, held in store.known(texts)}
    assert found.keys() == {text for text in texts if text in given}
    for text, held in found.items():
        assert np.array_equal(held, given[text])


def test_what_was_kept_is_found_again_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_store, "SHARD_BYTES", 200)  # several shards
    store = open_store("model", "revision")
    given = fill(store, ["a", "", "北京", "a b"]) | fill(store, ["c"])
    assert len(list(store.folder.iterdir())) > 2
    check(store, ["c", "unknown", "", "a b", "a", "北京", "c"], given)
    check(TokenStore(store.folder), ["a", "c"], given)  # as another process opens it


def test_vectors_made_in_another_way_are_kept_apart() -> None:
    fill(open_store("model", "revision", "torch"), ["a"])
    assert list(open_store("model", "revision", "openvino").known(["a"])) == []
    assert open_store("a", "b").folder != open_store("ab", "").folder


def test_what_was_not_used_for_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store("model")
    for age, text in enumerate(["old but used", "old", "new"]):
        fill(store, [text], tokens=30_000)
        for path in store.folder.glob("*/vectors.npy"):
            if path.stat().st_mtime > 10_000:
                os.utime(path, (age, age))
    assert len(list(store.known(["old but used"]))) == 1
    monkeypatch.setenv(TOKEN_LIMIT, "1")  # two of the three are just below
    fill(store, ["tiny"], tokens=1)
    kept = ["old but used", "old", "new", "tiny"]
    assert sorted(kept[row] for row, _ in store.known(kept)) == ["new", "old but used", "tiny"]


def test_one_run_never_keeps_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_LIMIT, "1")
    store = open_store("model")
    given = fill(store, [f"text {n}" for n in range(9)], tokens=20_000)
    found = list(store.known(list(given)))
    assert 1 <= len(found) <= 3
    assert sum(held.nbytes for _, held in found) <= token_bytes()


@pytest.mark.parametrize(("given", "expected"), [("0", 0), ("7", 7_000_000), ("x", 1024 * 10**6)])
def test_the_limit_is_a_setting(given: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_LIMIT, given)
    assert token_bytes() == expected


def test_nothing_is_kept_where_nothing_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_LIMIT, "0")
    store = open_store("model")
    fill(store, ["a"])
    assert list(store.known(["a"])) == []
    assert list(store.folder.glob("*")) == []


def test_vectors_taken_before_a_cancellation_are_kept() -> None:
    store = open_store("model")
    given = vectors(3)

    def cancelled() -> None:
        with store.writer() as writer:
            writer.add("a", given)
            raise CancelledError

    with pytest.raises(CancelledError):
        cancelled()
    check(store, ["a"], {"a": given})


def test_a_shard_that_another_process_deleted_is_forgotten() -> None:
    store = open_store("model")
    fill(store, ["a"])
    assert len(list(store.known(["a"]))) == 1
    for path in store.folder.glob("*/*"):
        path.unlink()
    fresh = TokenStore(store.folder)
    assert list(fresh.known(["a"])) == []
    for path in store.folder.glob("*"):
        path.rmdir()
    assert list(store.known(["a"])) == []
