"""`python -m evaluation attach`: what the page does, from the command line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.__main__ import answer
from evaluation.command_line import parser
from evaluation.errors import InputError
from evaluation.workspace import Workspace
from tests.sample import small_collection


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    workspace.add_collection("Small", small_collection().save)
    return workspace


def said(workspace: Workspace, *words: object) -> Any:
    line = ["--workspace", str(workspace.folder), "attach", "small", *map(str, words), "--json"]
    return answer(parser().parse_args(line))


def saved(folder: Path, **rows: int) -> dict[str, Path]:
    found = {name: folder / f"{name}.npy" for name in rows}
    for name, count in rows.items():
        np.save(found[name], np.ones((count, 4), np.float16))
    return found


def test_vectors_are_attached_and_told(small: Workspace, tmp_path: Path) -> None:
    files = saved(tmp_path, documents=2, queries=8)
    (tmp_path / "ids.txt").write_text("d100\nd101\n")
    vectors = ("--documents", files["documents"], "--queries", files["queries"])
    found = said(
        small, "vectors", "--name", "My model", *vectors, "--document-ids", tmp_path / "ids.txt"
    )
    assert (found["set"], found["documents"]["matched"]) == ("my-model", 2)
    assert list(small.collection("small").corpus.vectors) == ["vectors-my-model"]  # type: ignore[union-attr]
    assert files["documents"].exists()


def test_a_table_is_attached(small: Workspace, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("name,description\nwater,river\n")
    assert said(small, "concepts", tmp_path / "c.csv")["rows"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["concepts"], "There is no file. Name the one with the concepts."),
        (["links", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["vectors", "--name", "x"], "There are no vectors of documents"),
        (["vectors", "--documents", "nowhere.npy"], "nowhere.npy: there is no such file"),
    ],
)
def test_what_is_missing_is_told(words: list[str], sentence: str, small: Workspace) -> None:
    with pytest.raises(InputError) as error:
        said(small, *words)
    assert sentence in str(error.value)
