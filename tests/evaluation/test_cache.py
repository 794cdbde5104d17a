import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from evaluation.cache import Cache, _sound
from evaluation.errors import UnknownNameError

KEY = "0" * 32


def write(folder: Path) -> dict[str, Any]:
    (folder / "data").write_text("12345")
    return {"stage": "sample"}


def test_what_was_stored_is_found_under_its_key_with_its_size(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.find("index", KEY) is None
    entry = cache.add("index", KEY, write)
    assert entry.record["bytes"] == 5
    assert (cache.content(entry) / "data").read_text() == "12345"
    assert [found.key for found in cache.entries()] == [KEY]
    assert cache.find("run", KEY) is None


def test_a_writer_that_fails_leaves_no_entry(tmp_path: Path) -> None:
    def fail(folder: Path) -> dict[str, Any]:
        (folder / "half").write_text("x")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        Cache(tmp_path).add("run", KEY, fail)
    assert list(tmp_path.rglob("half")) == []
    assert Cache(tmp_path).find("run", KEY) is None


def test_a_removed_entry_is_gone(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.add("run", KEY, write)
    cache.remove("run", KEY)
    assert list(cache.entries()) == []


@pytest.mark.parametrize("key", ["../../etc", "", "A" * 32, KEY + "0", "0" * 31 + "\n"])
def test_only_keys_become_paths(tmp_path: Path, key: str) -> None:
    with pytest.raises(UnknownNameError):
        Cache(tmp_path).find("run", key)


def aged(cache: Cache, digit: str, seconds: float) -> str:
    """Store five bytes that were last used some seconds ago; gives the key."""
    entry = cache.add("index", digit * 32, write)
    then = time.time() - seconds
    os.utime(entry.folder / "record.json", (then, then))
    return entry.key


def test_beyond_the_limit_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keys = [aged(cache, digit, age) for digit, age in (("1", 300), ("2", 500), ("3", 100))]
    assert cache.shrink(15, time.time()) == []
    assert [entry.key for entry in cache.shrink(14, time.time())] == [keys[1]]
    assert {entry.key for entry in cache.entries()} == {keys[0], keys[2]}
    assert [entry.key for entry in cache.shrink(0, time.time())] == [keys[0], keys[2]]


def test_what_was_used_since_a_job_began_stays_whatever_the_limit(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    aged(cache, "1", 300)
    kept = aged(cache, "2", 500)
    entry = cache.find("index", kept)
    assert entry
    cache.content(entry)  # asked for just now
    assert [e.key for e in cache.shrink(0, time.time() - 60)] == ["1" * 32]
    assert [e.key for e in cache.entries()] == [kept]


@pytest.mark.parametrize("seed", range(5))
def test_an_entry_with_a_flipped_bit_is_noticed_and_deleted(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    cache = Cache(tmp_path)

    def fill(folder: Path) -> dict[str, Any]:
        (folder / "inner").mkdir()
        for name in ("a.npy", "inner/b.arrow"):
            (folder / name).write_bytes(chance.randbytes(1000))
        return {"stage": "sample"}

    entry = cache.add("index", KEY, fill)
    assert cache.find_sound("index", KEY)
    _sound.cache_clear()  # as in another process
    place = chance.choice(list((entry.folder / "content").rglob("*.*")))
    content = bytearray(place.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    place.write_bytes(content)
    assert cache.find_sound("index", KEY) is None
    assert not entry.folder.exists()


def test_a_file_that_is_missing_or_too_much_is_noticed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (cache.content(cache.add("run", KEY, write)) / "data").unlink()
    assert cache.find_sound("run", KEY) is None
    (cache.content(cache.add("run", KEY, write)) / "more").write_text("x")
    assert cache.find_sound("run", KEY) is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"created": 1}'])
def test_an_entry_whose_record_cannot_be_read_is_made_again(tmp_path: Path, content: bytes) -> None:
    cache = Cache(tmp_path)
    record = cache.add("index", KEY, write).folder / "record.json"
    record.write_bytes(content)
    assert cache.find_sound("index", KEY) is None
    assert cache.add("index", KEY, write).record["stage"] == "sample"
    assert cache.find_sound("index", KEY)


def test_a_figure_that_changed_in_a_record_is_noticed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    entry = cache.add("run", KEY, lambda folder: write(folder) | {"seconds": 1.25})
    path = entry.folder / "record.json"
    assert cache.find_sound("run", KEY)
    path.write_text(path.read_text().replace("1.25", "9.25"))
    _sound.cache_clear()  # as in another process
    assert cache.find_sound("run", KEY) is None


def test_half_of_an_entry_is_never_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    cache.add("run", KEY, write)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)  # killed before it deletes files
    cache.remove("run", KEY)
    assert cache.find("run", KEY) is None
