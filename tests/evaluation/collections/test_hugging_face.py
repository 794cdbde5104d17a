import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluation.collections.hugging_face import read_data_set
from evaluation.collections.reading import Contents
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.sources import Reading
from evaluation.errors import InputError

CARD = """---
configs:
- config_name: default
  data_files:
  - {split: train, path: qrels/train.jsonl}
  - {split: test, path: qrels/test.jsonl}
- config_name: corpus
  data_files:
  - {split: corpus, path: corpus.jsonl}
- config_name: queries
  data_files:
  - {split: queries, path: queries.jsonl}
---
"""


def write(path: Path, *rows: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data set in the layout of the hub, in a folder."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    home = tmp_path / "set"
    write(home / "corpus.jsonl", *({"_id": f"d{n}", "title": "T", "text": f"x{n}"} for n in (1, 2)))
    write(home / "queries.jsonl", {"_id": "q1", "text": "what"})
    write(home / "qrels" / "test.jsonl", {"query-id": "q1", "corpus-id": "d1", "score": 1})
    write(home / "qrels" / "train.jsonl", {"query-id": "q1", "corpus-id": "d2", "score": 2.0})
    (home / "README.md").write_text(CARD)
    return home


def everything(
    contents: Contents,
) -> tuple[list[Document], list[Query], dict[str, list[Judgement]]]:
    assert contents.documents is not None
    assert contents.queries is not None
    judged = {split: list(read()) for split, read in contents.judgements.items()}
    return list(contents.documents()), list(contents.queries(set())), judged


def test_configurations_and_splits_become_the_parts_of_a_collection(folder: Path) -> None:
    contents = read_data_set(str(folder), "nowhere", Reading())
    assert everything(contents) == (
        [Document("d1", "T", "x1"), Document("d2", "T", "x2")],
        [Query("q1", "what")],
        {"train": [Judgement("q1", "d2", 2)], "test": [Judgement("q1", "d1", 1)]},
    )


def test_judgements_may_be_a_data_set_of_their_own(folder: Path, tmp_path: Path) -> None:
    qrels = tmp_path / "set-qrels"
    write(qrels / "test.jsonl", {"query-id": "q1", "corpus-id": "d1", "score": 1})
    (folder / "README.md").write_text(CARD.replace("config_name: default", "config_name: other"))
    contents = read_data_set(str(folder), str(qrels), Reading())
    assert everything(contents)[2] == {"test": [Judgement("q1", "d1", 1)]}


def test_another_layout_is_refused_by_name(folder: Path) -> None:
    (folder / "README.md").write_text(CARD.replace("config_name: queries", "config_name: other"))
    with pytest.raises(InputError, match="has no configuration `queries`"):
        read_data_set(str(folder), "nowhere", Reading())


def test_columns_that_cannot_be_told_apart_are_named(folder: Path) -> None:
    write(folder / "corpus.jsonl", {"x": 1.5})
    contents = read_data_set(str(folder), "nowhere", Reading())
    assert contents.documents is not None
    with pytest.raises(InputError, match=r"corpus: it is not clear which column is which"):
        list(contents.documents())


def test_what_cannot_be_loaded_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be loaded from the Hugging Face hub"):
        read_data_set(str(tmp_path / "nothing"), "nowhere", Reading())
