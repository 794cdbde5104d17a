from pathlib import Path

from evaluation.__main__ import table
from evaluation.commands import read_experiment
from evaluation.workspace import Workspace

Sample = tuple[Workspace, str, str]


def written(folder: Path, collection: str, more: str = "") -> Path:
    path = folder / "experiment.yaml"
    path.write_text(f"collection: {collection}\n{more}systems:\n- stage: random\n")
    return path


def test_a_file_that_names_no_split_gets_the_collections_own_choice(
    sample: Sample, tmp_path: Path
) -> None:
    workspace, collection, _ = sample
    assert read_experiment(workspace, written(tmp_path, collection)).split == "test"


def test_a_file_that_wants_no_judgements_gets_none(sample: Sample, tmp_path: Path) -> None:
    workspace, collection, _ = sample
    for empty in ("split:\n", "split: ''\n"):
        assert read_experiment(workspace, written(tmp_path, collection, empty)).split == ""


def test_a_small_p_value_is_never_printed_as_zero() -> None:
    lines = table([{"p": 0.00005, "difference": 0.0}, {"p": 0.00012, "difference": 0.5}])
    assert [line.split() for line in lines[1:]] == [["<0.0001", "0.0000"], ["0.0001", "0.5000"]]
