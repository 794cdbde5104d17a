import json
import sys
from pathlib import Path

import pytest

from evaluation.__main__ import main
from evaluation.score_files import long_scores
from evaluation.store import open_results
from evaluation.table_files import table_csv
from evaluation.workspace import Workspace

Sample = tuple[Workspace, str, str]


def run_again(
    sample: Sample, folder: Path, change: float, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, Path]:
    workspace, collection, experiment = sample
    results = open_results(workspace, experiment)
    columns = long_scores(results, workspace.collection(collection), ["AP", "nDCG@10"])
    columns["AP"][10] += change
    scores, text = folder / "scores.csv", folder / "experiment.yaml"
    scores.write_bytes(table_csv(columns))
    text.write_text(results.experiment.to_yaml())
    words = ["evaluation", "run", str(text), "--expect", str(scores), "--json"]
    monkeypatch.setattr(sys, "argv", words)
    return main(), scores


def test_the_experiment_file_gives_the_same_numbers_again(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    code, _ = run_again(sample, tmp_path, 0.0, monkeypatch)
    found = json.loads(capsys.readouterr().out)
    assert (code, found["same numbers"], found["values compared"]) == (0, True, 2 * 4 * 8)


@pytest.mark.parametrize(("change", "code"), [(0.9e-9, 0), (1.1e-9, 1)])
def test_a_value_that_differs_is_named_from_1e_9_on(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], change: float, code: int,
) -> None:  # fmt: skip
    assert run_again(sample, tmp_path, change, monkeypatch)[0] == code
    found = json.loads(capsys.readouterr().out)
    assert found["values that differ by more than 1e-9"] == code
    if code:
        (row,) = found["differences"]
        assert (row["system"], row["query_id"], row["measure"]) == ("noise-0-5", "q3", "AP")
        assert row["expected"] - row["found"] == pytest.approx(change, rel=1e-3)


def test_missing_systems_queries_and_other_data_are_named(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    _, scores = run_again(sample, tmp_path, 0.0, monkeypatch)
    capsys.readouterr()
    text = scores.read_text().replace("noise-3-0,q1,", "noise-3-0,other,")
    text = text.replace("Random order", "Other").replace("corpus=", "corpus=0")
    scores.write_text(text)
    assert main() == 1
    found = json.loads(capsys.readouterr().out)["not in both"]
    assert found[:3] == [
        "the content of corpus is another",
        "system Other: expected, not found",
        "system Random order: found, not expected",
    ]
    assert found[3] == "noise-3-0: 1 queries expected, not found"
