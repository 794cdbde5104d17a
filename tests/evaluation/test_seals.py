import os
import random
import shutil
from pathlib import Path

import pytest

from evaluation.conclusions import conclude
from evaluation.errors import EvaluationError
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.seals import DamagedError, _fits, check, is_sound, seal
from evaluation.store import list_experiments, open_results
from evaluation.workspace import Workspace

Sample = tuple[Workspace, str, str]


def flip(path: Path, seed: int) -> None:
    """Flip one bit, as a bad disk does; the file keeps its size and its time."""
    chance, about = random.Random(seed), path.stat()
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.unlink()
    path.write_bytes(content)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    _fits.cache_clear()  # as in another process


def test_a_sealed_folder_is_sound_until_a_file_of_it_changes(tmp_path: Path, seed: int) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a", "inner/b", "later"):
        (tmp_path / name).write_text(name * 100)
    seal(tmp_path, without=("later",))
    check(tmp_path, "It")
    (tmp_path / "later").write_text("changed")
    assert is_sound(tmp_path)
    flip(tmp_path / "inner" / "b", seed)
    check(tmp_path, "It", "a")
    with pytest.raises(DamagedError, match=r"^It is damaged: the file b no longer holds"):
        check(tmp_path, "It")
    shutil.rmtree(tmp_path / "inner")
    assert not is_sound(tmp_path)


def test_what_has_no_seal_is_trusted_and_a_damaged_seal_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    assert is_sound(tmp_path)
    (tmp_path / "seal.json").write_bytes(b"\xff{")
    assert not is_sound(tmp_path)
    assert not is_sound(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["corpus.arrow", "queries.arrow", "qrels/0.arrow"])
def test_a_damaged_collection_is_never_opened(sample: Sample, name: str, seed: int) -> None:
    workspace, collection_id, _ = sample
    flip(workspace.collection_record(collection_id).folder / name, seed)
    fresh = Workspace(workspace.folder.rename(workspace.folder.with_name("elsewhere")))
    with pytest.raises(DamagedError, match=f"The collection 'Small' is damaged.*{Path(name).name}"):
        fresh.collection(collection_id)
    assert fresh.discard("collections", collection_id)


def test_a_damaged_uploaded_run_is_never_used(sample: Sample, seed: int) -> None:
    workspace, collection_id, _ = sample
    run = workspace.runs(collection_id)[0]
    flip(run.folder / "hits.arrow", seed)
    with pytest.raises(DamagedError, match=f"The uploaded run '{run.name}' is damaged"):
        workspace.run(collection_id, run.id)


@pytest.mark.parametrize("name", ["run/hits.arrow", "scores.arrow", "figures.json"])
def test_a_damaged_result_is_not_shown_and_made_again(sample: Sample, name: str, seed: int) -> None:
    workspace, _, experiment_id = sample
    result = open_results(workspace, experiment_id).systems[1]
    values, hits = result.stored_scores(), list(result.run())
    flip(result.folder / name, seed)
    result = open_results(workspace, experiment_id).systems[1]
    with pytest.raises(EvaluationError, match=r"damaged|no results yet"):
        (result.run(), result.stored_scores())
    again = run_experiment(workspace, experiment_id, Quiet()).systems[1]
    assert list(again.run()) == hits
    assert all((again.stored_scores()[key] == values[key]).all() for key in values)


def test_damaged_conclusions_are_computed_again(sample: Sample, seed: int) -> None:
    workspace, _, experiment_id = sample
    results = open_results(workspace, experiment_id)
    tables = sorted(workspace.folder.glob("experiments/*/conclusions/*/*.arrow"))
    before = [table.read_bytes() for table in tables]
    assert before
    flip(random.Random(seed).choice(tables), seed)
    conclude(workspace, results)
    assert [table.read_bytes() for table in tables] == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b'"text"'])
def test_a_damaged_record_is_told_and_hides_nothing_else(sample: Sample, content: bytes) -> None:
    workspace, collection_id, experiment_id = sample
    for path in workspace.folder.glob("*/*/*.json"):
        if path.name in ("collection.json", "record.json"):
            path.write_bytes(content)
    assert (workspace.collections(), list_experiments(workspace)) == ([], [])
    told = workspace.damaged()
    assert [line.split(" is damaged")[0] for line in told] == [
        f"collections/{collection_id}",
        f"experiments/{experiment_id}",
    ]
    with pytest.raises(DamagedError, match=f"collections/{collection_id} is damaged"):
        workspace.collection_record(collection_id)


def test_a_run_without_its_seal_still_opens(sample: Sample) -> None:
    workspace, collection_id, _ = sample
    run = workspace.runs(collection_id)[0]
    (run.folder / "seal.json").unlink()
    assert isinstance(workspace.run(collection_id, run.id), Run)
