"""Importing takes no more memory for more documents, and can be cancelled all along."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evaluation.workspace import ROOT
from tests.large_collection import write_collection

MEMORY = 1.5e9
CANCEL_S = 2.0


def imported(folder: Path, documents: int, queries: int) -> dict[str, Any]:
    """Import a made-up collection from the server's folder, in a process of its own."""
    write_collection(folder / "given" / "large", documents, queries)
    command = [sys.executable, "-m", "tests.large_steps", "import", "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (found["documents"], found["queries"]) == (documents, queries)
    return found


def test_four_times_the_documents_take_no_more_memory(tmp_path: Path) -> None:
    small, large = (imported(tmp_path / str(n), n, 500) for n in (20_000, 80_000))
    text = (tmp_path / "80000" / "given" / "large" / "corpus.jsonl").stat().st_size
    # 60,000 documents more, of 28 MB of text: as Python objects they would take 50 MB
    assert large["own"] - small["own"] < 0.75 * text
    assert large["resident"] < MEMORY
    assert large["gap"] < CANCEL_S


@pytest.mark.slow
def test_a_million_documents_and_a_hundred_thousand_queries_are_imported(tmp_path: Path) -> None:
    found = imported(tmp_path, 1_000_000, 100_000)
    assert found["resident"] < MEMORY
    assert found["gap"] < CANCEL_S
