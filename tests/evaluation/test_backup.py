import io
import random
import tarfile
from pathlib import Path

import pytest

from evaluation.backup import MANIFEST, back_up, restore
from evaluation.collections.attachments import concepts_of
from evaluation.errors import CancelledError, InputError
from evaluation.experiment import experiment_from_dict
from evaluation.jobs import Jobs
from evaluation.progress import SILENT
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.undo import discard_jobs, put_back
from evaluation.workspace import Workspace
from tests.every_stage import StopAt

Sample = tuple[Workspace, str, str]


def content(folder: Path) -> dict[str, bytes]:
    kept = ("collections", "experiments", "trash")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in kept
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


def test_a_restored_workspace_holds_the_same_and_works(sample: Sample, tmp_path: Path) -> None:
    workspace, collection, experiment = sample
    job = Jobs(workspace.jobs_file).submit("experiment", "T", {"experiment": experiment})
    (workspace.folder / "collections" / ".draft-half").mkdir()
    (workspace.folder / "collections" / ".draft-half" / "x").write_text("half")
    made = back_up(workspace, tmp_path / "b.tar.gz", False, SILENT)
    (workspace.folder / "collections" / ".draft-half" / "x").unlink()
    found = restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)
    assert made["files"] == found["files"]
    assert content(tmp_path / "new") == content(workspace.folder)
    again = Workspace(tmp_path / "new")
    same = workspace.collection(collection).corpus_fingerprint
    assert again.collection(collection).corpus_fingerprint == same
    assert Jobs(again.jobs_file).get(job).title == "T"
    results = open_results(again, experiment)
    assert [one.name for one in results.done] == [
        one.name for one in open_results(workspace, experiment).done
    ]


def test_the_cache_is_part_of_it_where_that_is_wanted(sample: Sample, tmp_path: Path) -> None:
    workspace, _, _ = sample
    back_up(workspace, tmp_path / "b.tar.gz", True, SILENT)
    restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)
    kept = [entry.key for entry in Workspace(tmp_path / "new").cache.entries()]
    assert sorted(kept) == sorted(entry.key for entry in workspace.cache.entries())
    assert kept


def test_a_file_with_two_names_is_kept_under_both(sample: Sample, tmp_path: Path) -> None:
    # an index that another one was built from lies in both under hard links
    workspace, collection, _ = sample
    index = workspace.cache.add("index", "0" * 32, lambda _: {})
    (index.folder / "base").mkdir()
    source = workspace.folder / "collections" / collection / "corpus.arrow"
    (index.folder / "base" / "corpus.arrow").hardlink_to(source)
    back_up(workspace, tmp_path / "b.tar.gz", True, SILENT)
    restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)
    inside = index.folder.relative_to(workspace.folder) / "base" / "corpus.arrow"
    assert (tmp_path / "new" / inside).read_bytes() == source.read_bytes()


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_or_cut_backup_restores_nothing(
    sample: Sample, tmp_path: Path, seed: int
) -> None:
    path, chance = tmp_path / "b.tar.gz", random.Random(seed)
    back_up(sample[0], path, False, SILENT)
    whole = bytearray(path.read_bytes())
    if seed % 2:
        path.write_bytes(whole[: chance.randrange(1, len(whole))])
    else:
        whole[chance.randrange(20, len(whole) - 8)] ^= 1 << chance.randrange(8)
        path.write_bytes(whole)
    with pytest.raises(InputError):
        restore(path, tmp_path / "new", SILENT)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside-of-a-backup", "a/../../outside"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(InputError, match="no plain file"):
        restore(tmp_path / "b.tar.gz", tmp_path / "inner" / "new", SILENT)
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "inner" / "outside").exists()
    assert not Path("/tmp/outside-of-a-backup").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("collections/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(InputError, match="no plain file"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)


def test_nothing_is_overwritten(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "b.tar.gz"
    back_up(sample[0], path, False, SILENT)
    with pytest.raises(InputError, match="exists already"):
        back_up(sample[0], path, False, SILENT)
    with pytest.raises(InputError, match="is not empty"):
        restore(path, sample[0].folder, SILENT)
    with pytest.raises(InputError, match="does not exist"):
        back_up(sample[0], tmp_path / "none" / "b.tar.gz", False, SILENT)


def test_a_cancelled_backup_leaves_no_file(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        back_up(sample[0], tmp_path / "b.tar.gz", False, StopAt(3))
    assert not [path for path in tmp_path.iterdir() if "b.tar.gz" in path.name]


def test_a_file_of_another_kind_is_answered_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_text("no archive")
    with pytest.raises(InputError, match="cannot be restored"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)
    with tarfile.open(tmp_path / "c.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo(MANIFEST)
        info.size = 15
        archive.addfile(info, io.BytesIO(b'{"format": 99} '))
    with pytest.raises(InputError, match="another version"):
        restore(tmp_path / "c.tar.gz", tmp_path / "new", SILENT)


def test_a_workspace_of_today_comes_back_with_all_it_holds(sample: Sample, tmp_path: Path) -> None:
    """Attachments, a grid, kept conclusions, jobs of every state, the trash, the format."""
    workspace, collection, experiment = sample
    Workspace.open(workspace.folder)
    workspace.add_attachment(collection, "concepts", concepts_of({"river": "water"}), {})
    parameters = [{"name": "k1", "values": [0.6, 0.9, 1.2]}]
    grid = {"system": {"name": "BM25", "stage": "bm25"}, "parameters": parameters}
    told = {"name": "k1", "collection": collection, "split": "test", "grid": grid}
    tuned = create(workspace, experiment_from_dict(told))
    run_experiment(workspace, tuned, Quiet())
    jobs = Jobs(workspace.jobs_file)
    ids = [jobs.submit("experiment", name, {"experiment": tuned}) for name in ("a", "b", "c", "d")]
    jobs.cancel(ids[1])
    jobs.finish(ids[2], "failed", "A sentence.")
    discard_jobs(workspace, jobs, ids[2:3])
    assert list((workspace.experiment_folder(experiment) / "conclusions").iterdir())

    back_up(workspace, tmp_path / "b.tar.gz", True, SILENT)
    restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)
    again = Workspace.open(tmp_path / "new")
    assert content(again.folder) == content(workspace.folder)
    assert Jobs(again.jobs_file).every() == jobs.every()
    assert again.attachments(collection)[0].record == workspace.attachments(collection)[0].record
    for each in (experiment, tuned):
        ours, theirs = open_results(workspace, each), open_results(again, each)
        for one, other in zip(ours.done, theirs.done, strict=True):
            assert one.stored_scores().keys() == other.stored_scores().keys()
            for name, values in one.stored_scores().items():
                assert values.tolist() == other.stored_scores()[name].tolist()
    before = sorted(entry.key for entry in again.cache.entries())
    repeated = create(again, experiment_from_dict(told))
    run_experiment(again, repeated, Quiet())
    assert sorted(entry.key for entry in again.cache.entries()) == before  # served by the cache
    put_back(again, Jobs(again.jobs_file), again.discarded()[0].id)
    assert Jobs(again.jobs_file).get(ids[2]).error == "A sentence."
