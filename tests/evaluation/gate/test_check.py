import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evaluation.__main__ import main
from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.errors import InputError
from evaluation.experiment import experiment_from_dict
from evaluation.gate.check import check
from evaluation.gate.scored import Scored
from evaluation.gate.summary import plain, summary
from evaluation.gate.verdict import Outcome
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.score_files import data_of, long_scores
from evaluation.store import create, open_results
from evaluation.table_files import table_csv, table_parquet
from evaluation.workspace import Workspace

Sample = tuple[Workspace, str, str]
IDS = [f"q{number}" for number in range(60)]
TRAP = "a | b\n<script>alert(1)</script> @everyone #12 [x](http://evil.test)"


def called(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["evaluation", *map(str, words)])
    return main()


def written(path: Path, values: dict[str, list[object]]) -> Path:
    path.write_bytes(table_csv(values))
    return path


def scores(path: Path, shift: float, noise: float = 0.0, **more: list[object]) -> Path:
    random = np.random.default_rng(3)
    base = random.uniform(0.4, 0.6, len(IDS))
    values = base + shift + np.random.default_rng(4).normal(0, noise, len(IDS))
    return written(path, {"query_id": list(IDS), "nDCG@10": values.tolist(), **more})


@pytest.mark.parametrize(
    ("shift", "noise", "code"), [(0.0, 0.0, 0), (-0.2, 0.01, 1), (-0.01, 0.2, 3)]
)
def test_the_exit_code_says_passed_worse_or_inconclusive(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    shift: float, noise: float, code: int, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    before, after = scores(tmp_path / "a.csv", 0.0), scores(tmp_path / "b.csv", shift, noise)
    words = ["check", "--baseline", before, "--candidate", after, "--allow", "-0.01", "--json"]
    assert called(monkeypatch, *words) == code
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == {0: "passed", 1: "worse", 3: "inconclusive"}[code]
    assert (found["queries"][0]["more"] is not None) == (code == 3)


def test_other_data_is_refused_with_a_sentence_and_code_2(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    workspace, collection_id, experiment = sample
    results = open_results(workspace, experiment)
    columns = long_scores(results, workspace.collection(collection_id), ["nDCG@10"])
    same = written(tmp_path / "same.csv", columns)
    words = ["--candidate", experiment, "--system", "Random order"]
    assert called(monkeypatch, "check", "--baseline", same, *words) == 0
    changed = [mark.replace("qrels=", "qrels=0") for mark in columns["data"]]
    other = written(tmp_path / "other.csv", columns | {"data": changed})
    assert called(monkeypatch, "check", "--baseline", other, *words) == 2
    assert "the content of qrels differs" in capsys.readouterr().err
    assert called(monkeypatch, "check", "--baseline", "no-such-thing", *words) == 2


def test_experiments_folders_and_parquet_say_the_same(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    workspace, collection_id, experiment = sample
    results = open_results(workspace, experiment)
    columns = long_scores(results, workspace.collection(collection_id), ["nDCG@10"])
    parquet = tmp_path / "scores.parquet"
    parquet.write_bytes(table_parquet(columns))
    folder = workspace.experiment_folder(experiment)
    answers = []
    for source in (experiment, folder, parquet):
        words = ["--candidate", experiment, "--system", "noise-3-0", "--json"]
        before = ["--baseline", source, "--baseline-system", "noise-0-5"]
        called(monkeypatch, "check", *before, *words)
        answers.append(json.loads(capsys.readouterr().out))
        assert answers[-1]["notes"] == answers[0]["notes"]
    assert answers[0]["queries"] == answers[1]["queries"] == answers[2]["queries"]


def test_run_files_are_scored_with_the_judgements_given(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    lines = [f"q{q} 0 d{q} 1\n" for q in range(20)]
    (tmp_path / "qrels.txt").write_text("".join(lines))
    good = "".join(f"q{q} Q0 d{q} 1 2.0 t\nq{q} Q0 x 2 1.0 t\n" for q in range(20))
    bad = "".join(f"q{q} Q0 d{q} 1 1.0 t\nq{q} Q0 x 2 2.0 t\n" for q in range(20))
    (tmp_path / "good.run").write_text(good)
    (tmp_path / "bad.run").write_text(bad)
    sides = ["--baseline", tmp_path / "good.run", "--candidate", tmp_path / "bad.run"]
    assert called(monkeypatch, "check", *sides) == 2
    assert "--qrels" in capsys.readouterr().err
    words = [*sides, "--qrels", tmp_path / "qrels.txt", "--measure", "RR", "--json"]
    assert called(monkeypatch, "check", *words) == 1
    assert json.loads(capsys.readouterr().out)["queries"][0]["difference"] == -0.5


def test_a_slice_can_fail_the_check_but_not_hold_it_up() -> None:
    kinds = {"kind": ["short"] * 20 + ["long"] * 37 + ["odd"] * 3}
    random = np.random.default_rng(1)
    before = random.uniform(0.4, 0.6, 60)
    after = before + 0.1
    sides = scored(before, "a", kinds), scored(after, "b", {})
    assert check(*sides, "nDCG@10", -0.01, "kind").outcome is Outcome.PASSED
    after = before + np.r_[np.full(20, -0.1), np.full(40, 0.3)]
    found = check(sides[0], scored(after, "b", {}), "nDCG@10", -0.01, "kind")
    assert found.whole.outcome is Outcome.PASSED
    assert found.outcome is Outcome.WORSE
    assert {one.scope: one.outcome for one in found.slices} == {
        "long": Outcome.PASSED, "short": Outcome.WORSE, "odd": Outcome.OPEN,
    }  # fmt: skip
    assert found.slices[0].level == pytest.approx(1 - 0.05 / 3)
    assert "1 of 3 slices" in plain(found)["reason"]


def test_slices_come_from_a_file_too_and_wrong_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "slices.csv"
    path.write_text("query_id,kind\n" + "".join(f"{i},{'ab'[n % 2]}\n" for n, i in enumerate(IDS)))
    side = scored(np.zeros(60), "a", {"many": list(IDS)})
    found = check(side, side, "nDCG@10", 0.0, str(path))
    assert [(one.scope, one.queries) for one in found.slices] == [("a", 30), ("b", 30)]
    path.write_text("query_id,kind\nother,a\n")
    with pytest.raises(InputError, match="no query that was scored"):
        check(side, side, "nDCG@10", 0.0, str(path))
    with pytest.raises(Exception, match="Known are: many"):
        check(side, side, "nDCG@10", 0.0, "zzzzz")


def test_other_queries_are_refused() -> None:
    one = scored(np.zeros(60), "a", {})
    two = Scored("b", [*IDS[:-1], "other"], np.zeros(60))
    with pytest.raises(InputError, match="59 are in both"):
        check(one, two, "nDCG@10", 0.0)


def test_the_order_of_the_queries_does_not_matter() -> None:
    before = np.arange(60) / 100
    one = scored(before, "a", {})
    two = Scored("b", IDS[::-1], before[::-1])
    assert check(one, two, "nDCG@10", 0.0).whole.low == 0.0


def test_the_summary_names_failed_and_worst_queries_and_runs_nothing(tmp_path: Path) -> None:
    after = np.full(60, 0.5)
    after[:3] = [np.nan, 0.1, 0.3]
    side = scored(np.full(60, 0.5), TRAP, {"text": [TRAP] * 60})
    found = check(side, scored(after, "b", {}), "nDCG@10", -0.01)
    text = summary(found)
    assert [loss.query_id for loss in found.worst] == ["q0", "q1", "q2"]
    assert "failed" in text
    assert "<script" not in text
    for trigger in ("@everyone", "#12", "](http", "http:"):
        assert trigger not in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") in (5, 8) for line in table)


def test_the_summary_is_added_to_the_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, target = scores(tmp_path / "a.csv", 0.0), tmp_path / "out.md"
    target.write_text("before\n")
    words = ["check", "--baseline", path, "--candidate", path, "--summary", target]
    assert called(monkeypatch, *words) == 0
    assert target.read_text().startswith("before\n## ✅")
    assert called(monkeypatch, *words[:-1], tmp_path / "no" / "out.md") == 2


def test_the_data_of_a_split_are_its_own(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    assert set(data_of(results)) == {"corpus", "queries", "qrels"}
    assert data_of(results)["qrels"] == results.fingerprints["qrels/test"]


def test_a_system_must_be_named_where_a_file_holds_several(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    columns: dict[str, list[object]] = {"system": ["one", "=two"], "query_id": ["q1", "q1"]}
    path = written(tmp_path / "a.csv", columns | {"AP": [0.5, 0.25]})
    words = ["check", "--baseline", path, "--candidate", path, "--measure", "MAP"]
    assert called(monkeypatch, *words) == 2
    assert "one, =two" in capsys.readouterr().err
    both = [*words, "--baseline-system", "one", "--system", "=two", "--json"]
    assert called(monkeypatch, *both) == 3
    assert json.loads(capsys.readouterr().out)["candidate mean"] == 0.25


def scored(values: np.ndarray, name: str, columns: dict[str, list[str]]) -> Scored:
    return Scored(name, list(IDS), values, {}, pa.table({"query_id": IDS, **columns}))


def test_a_column_of_the_collection_gives_the_slices(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pa.table({"query_id": IDS, "text": [""] * 60, "kind": ["a"] * 45 + ["b"] * 15})
    qrels = Qrels.of_dict({query_id: {"d": 1} for query_id in IDS})
    collection = Collection("Columns", None, Queries(table), {"test": qrels})
    stored = workspace.add_collection("Columns", collection.save)
    systems = []
    for name, good in (("old", 60), ("new", 45)):
        hits = {q: [("d", 1.0 if n < good else -1.0), ("x", 0.0)] for n, q in enumerate(IDS)}
        run = workspace.add_run(stored, name, Run.from_lists(hits), {})
        systems.append({"name": name, "stage": "run", "run": run})
    asked = {"collection": stored, "split": "test", "systems": systems, "measures": ["P@1"]}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    sides = ["--baseline", experiment, "--baseline-system", "old", "--candidate", experiment]
    words = [*sides, "--system", "new", "--slices", "kind", "--measure", "RR", "--allow", "-0.5"]
    assert called(monkeypatch, "check", *words, "--json") == 0
    found = json.loads(capsys.readouterr().out)["queries"]
    assert [(one["scope"], one["difference"]) for one in found[1:]] == [("a", 0.0), ("b", -0.5)]
    assert called(monkeypatch, "check", *words[:-1], "-0.4") == 1
    assert "kind" not in capsys.readouterr().err
