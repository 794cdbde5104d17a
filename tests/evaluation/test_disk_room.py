"""A full disk at every kind of write: one sentence, nothing half-written, and a way on."""

import os
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

from evaluation.disk_room import is_full
from evaluation.workspace import ROOT
from tests.disk_writes import INDEXES, WRITES, Write
from tests.full_disk import prepare, reference, sizes_limited, try_write


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that is copied for each try."""
    folder = tmp_path_factory.mktemp("full") / "workspace"
    folder.mkdir()
    return prepare(folder).folder


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(28, "No space left on device"), True),
        (OSError(122, "Disk quota exceeded"), True),
        (OSError("1000 requested and 24 written"), True),  # numpy
        (RuntimeError("write error in x: 3 != 4 (File too large)"), True),  # faiss
        (RuntimeError("basic_ios::clear: iostream error"), True),  # openvino
        (OSError(13, "Permission denied"), False),
        (ValueError("1000 documents"), False),
    ],
)
def test_a_full_disk_is_known_by_whatever_a_library_raises(error: Exception, full: bool) -> None:
    assert is_full(error) is full
    outer = ValueError("cannot be read")
    outer.__cause__ = error
    assert is_full(outer) is full


def try_limits(write: Write, base: Path, folder: Path, seed: int, rounds: int) -> int:
    """Try a write at random limits of the size of files; gives how many met theirs."""
    expected, largest, _ = reference(write, base, folder)
    random = np.random.default_rng(seed)
    limits = [write.least, *random.integers(write.least, largest, rounds).tolist()]
    tried = [
        try_write(write, base, folder, partial(sizes_limited, most), expected) for most in limits
    ]
    return sum(map(bool, tried))


@pytest.mark.usefixtures("model_root")
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_a_write_that_meets_a_limit_says_so_and_is_done_when_there_is_room(
    write: Write, base: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", "")
    assert try_limits(write, base, tmp_path / "workspace", seed, 3)


@pytest.mark.slow
@pytest.mark.usefixtures("model_root")
@pytest.mark.parametrize("write", [*WRITES, *INDEXES], ids=lambda write: write.name)
def test_so_does_every_write_and_every_index_at_many_limits(
    write: Write, base: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", "")
    assert try_limits(write, base, tmp_path / "workspace", seed, 12)


@cache
def can_mount() -> bool:
    """Whether an ordinary process may have a small disk of its own here."""
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        return subprocess.run(tried, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def on_a_small_disk(base: Path, folder: Path, seed: int, rounds: int) -> str:
    """Try every write on a disk of 48 MB that is filled; gives what was printed."""
    mount = f"mount -t tmpfs -o size=48m tmpfs '{folder}' && exec \"$@\""
    command = [sys.executable, "-m", "tests.full_disk"]
    command += [str(folder), str(base), str(seed), str(rounds)]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, "sh", *command],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240 * rounds,
    )
    assert done.returncode == 0, f"seed {seed}, exit {done.returncode}: {done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.usefixtures("model_root")
@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_a_disk_that_is_really_full_kills_no_process_and_closes_no_page(
    base: Path, tmp_path: Path, seed: int, rounds: int
) -> None:
    if not can_mount():
        pytest.skip("a disk of its own needs user namespaces")
    assert "met a full disk" in on_a_small_disk(base, tmp_path, seed, rounds)
