import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from components import result_files
from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.experiment import experiment_from_dict, experiment_from_yaml
from evaluation.local_files import read_qrels
from evaluation.reports.facts import gather
from evaluation.reports.html import html_report
from evaluation.reports.latex import latex_table
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import add_failure, create, open_results
from evaluation.workspace import Workspace
from tests.shown import open_page

Sample = tuple[Workspace, str, str]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_the_leaderboard_is_written_with_all_digits_and_all_systems(sample: Sample) -> None:
    import shutil

    workspace, _, experiment = sample
    shutil.rmtree(open_results(workspace, experiment).systems[2].folder)
    add_failure(workspace, experiment, 2, "It failed.")
    results = open_results(workspace, experiment)
    found = rows(result_files.leaderboard_csv(results, "AP", 0))
    assert [row["system"] for row in found] == [row.name for row in results.systems]
    expected = results.systems[1].stored_scores()["AP"].mean()
    assert float(found[1]["AP"]) == expected
    assert found[2] == found[2] | {"state": "failed", "error": "It failed.", "AP": ""}
    assert found[0]["verdict"] == "the baseline"


def test_ranks_and_band_of_the_page_are_in_the_exported_leaderboard(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    shown: Any = open_page("leaderboard", experiment=sample[2]).dataframe[0].value
    shown = shown.set_index("System")
    found = rows(result_files.leaderboard_csv(results, "nDCG@10", 0))
    assert len(found) == len(shown) == 4
    for row in found:
        low, high = row["nDCG@10 rank_low"], row["nDCG@10 rank_high"]
        assert shown.loc[row["system"], "Rank"] == (low if low == high else f"{low}-{high}")
        in_band = len(shown.loc[row["system"], "Band"]) > 0
        assert row["nDCG@10 in_band"] == str(in_band)


def test_single_queries_are_written_for_every_system_and_measure(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    found = rows(result_files.queries_csv(results, "nDCG@10"))
    assert len(found) == 8 * 4
    row = next(r for r in found if (r["system"], r["query_id"]) == ("noise-1-0", "q3"))
    stored = results.systems[2].stored_scores()
    assert {name: float(row[name]) for name in stored} == {n: v[2] for n, v in stored.items()}
    assert row["text"] == "violin study"


def test_runs_are_written_as_trec_files_whole_or_cut(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    assert result_files.runs_depth(results) == 0
    for depth, lines in ((0, 8 * 20), (10, 8 * 10)):
        content = result_files.runs_zip(results, depth)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.namelist()[1] == "1-noise-0-5.trec"
            assert len(archive.read("1-noise-0-5.trec").splitlines()) == lines


def test_too_many_hits_for_one_archive_are_cut(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_files, "MOST_HITS", 8 * 4 * 10)
    assert result_files.runs_depth(open_results(sample[0], sample[2])) == 10


def test_runs_that_trec_files_cannot_carry_give_the_reason(workspace: Workspace) -> None:
    collection = Collection(
        "Blank", None, Queries.of({"q": ""}), {"test": Qrels.of_dict({"q": {"a b": 1}})}
    )
    collection_id = workspace.add_collection("Blank", collection.save)
    run = workspace.add_run(collection_id, "r", Run.from_lists({"q": [("a b", 1.0)]}), {})
    systems = [{"stage": "run", "run": run}]
    asked = {"collection": collection_id, "split": "test", "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    results = run_experiment(workspace, experiment, Quiet())
    with zipfile.ZipFile(io.BytesIO(result_files.runs_zip(results, 0))) as archive:
        assert archive.namelist() == ["no-runs.txt"]
        assert b"holds a blank" in archive.read("no-runs.txt")


def test_the_experiment_is_written_so_that_it_can_be_read_back(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    assert experiment_from_yaml(results.experiment.to_yaml()) == results.experiment


def test_parquet_holds_the_same_tables_with_types(sample: Sample) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    results = open_results(sample[0], sample[2])
    board = pq.read_table(pa.BufferReader(result_files.leaderboard_parquet(results, "AP", 0)))
    expected = results.systems[1].stored_scores()["AP"]
    assert board["AP"].to_pylist()[1] == expected.mean()
    assert pa.types.is_floating(board["AP p_holm"].type)
    single = pq.read_table(pa.BufferReader(result_files.queries_parquet(results, "AP")))
    assert single["AP"].to_pylist()[8:16] == expected.tolist()


def test_the_wide_table_has_a_column_per_system(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    found = rows(result_files.wide_csv(results, "AP"))
    assert [row["query_id"] for row in found] == results.query_ids
    for result in results.done:
        values = [float(row[result.name]) for row in found]
        assert values == result.stored_scores()["AP"].tolist()
    assert {row["measure"] for row in found} == {"AP"}


def test_the_judgements_are_read_back_as_they_were(sample: Sample, tmp_path: Path) -> None:
    workspace, collection, experiment = sample
    results = open_results(workspace, experiment)
    (tmp_path / "qrels.txt").write_bytes(result_files.qrels_trec(results))
    stored = workspace.collection(collection).split("test")
    assert read_qrels(tmp_path / "qrels.txt").fingerprint == stored.fingerprint


def test_latex_and_report_are_those_of_the_engine(sample: Sample) -> None:
    results = open_results(sample[0], sample[2])
    report = gather(sample[0], results, "AP", 1)
    assert result_files.latex(results, "AP", 1, "all") == latex_table(report, "all").encode()
    assert result_files.report_html(results, "AP", 1) == html_report(report).encode()
