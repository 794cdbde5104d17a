from pathlib import Path

import pytest

from evaluation.collections.attachments import concepts_of
from evaluation.dependents import (
    Dependents,
    Use,
    busy_on,
    of_attachment,
    of_cached,
    of_collection,
    of_discarded,
    of_experiment,
    of_job,
    of_run,
    of_upload,
)
from evaluation.errors import InputError, UnknownNameError
from evaluation.experiment import experiment_from_dict
from evaluation.files import folder_bytes
from evaluation.jobs import Jobs
from evaluation.store import create
from evaluation.usage import cache_rows
from evaluation.workspace import Workspace
from tests.sample import small_collection

Sample = tuple[Workspace, str, str]


@pytest.fixture
def jobs(workspace: Workspace) -> Jobs:
    return Jobs(workspace.jobs_file)


def names(found: Dependents) -> dict[str, tuple[str, ...]]:
    return {use.what: use.names for use in found.uses}


def test_a_collection_names_all_that_hangs_on_it(sample: Sample, jobs: Jobs) -> None:
    workspace, collection, _ = sample
    workspace.add_attachment(collection, "concepts", concepts_of({"a": "b"}), {})
    found = of_collection(workspace, jobs, collection)
    assert found.name == "Small"
    assert found.bytes == folder_bytes(workspace.folder / "collections" / collection)
    assert names(found) | {"cached index or ranking": ()} == {
        "experiment": ("Sample",),
        "uploaded run": ("noise 0.5", "noise 1.0", "noise 3.0"),
        "attachment": ("concepts",),
        "cached index or ranking": (),
    }
    assert len(names(found)["cached index or ranking"]) == len(cache_rows(workspace))
    assert found.busy == ""
    other = workspace.add_collection("Other", small_collection().save)
    workspace.rename_collection(other, "Other")
    assert of_collection(workspace, jobs, other).uses == ()


def test_a_run_names_the_systems_made_from_it_wherever_it_stands(
    sample: Sample, jobs: Jobs
) -> None:
    workspace, collection, _ = sample
    first, second, third = (run.id for run in workspace.runs(collection))
    fused = {
        "name": "Fused",
        "stage": "rrf",
        "inputs": [{"stage": "run", "run": first}, {"stage": "run", "run": third}],
    }
    alone = {"name": "Alone", "stage": "random"}
    told = {"name": "Pair", "collection": collection, "split": "test", "systems": [fused, alone]}
    create(workspace, experiment_from_dict(told))
    of_first = names(of_run(workspace, jobs, collection, first))
    assert set(of_first["system"]) == {"Fused in Pair", "noise-0-5 in Sample"}
    assert names(of_run(workspace, jobs, collection, second)) == {
        "system": ("noise-1-0 in Sample",)
    }


def test_an_attachment_names_the_systems_that_read_it(sample: Sample, jobs: Jobs) -> None:
    workspace, collection, _ = sample
    workspace.add_attachment(collection, "concepts", concepts_of({"a": "b"}), {})
    assert of_attachment(workspace, jobs, collection, "concepts").uses == ()
    reading = [{"name": "By idea", "stage": "concepts"}, {"name": "Words", "stage": "bm25"}]
    told = {"name": "Ideas", "collection": collection, "split": "test", "systems": reading}
    create(workspace, experiment_from_dict(told))
    found = of_attachment(workspace, jobs, collection, "concepts")
    assert names(found) == {"system": ("By idea in Ideas",)}
    assert found.bytes > 0


def test_an_experiment_of_stages_that_are_no_more_hinders_nothing(
    sample: Sample, jobs: Jobs
) -> None:
    workspace, collection, experiment = sample
    path = workspace.experiment_folder(experiment) / "experiment.yaml"
    path.write_text(path.read_text().replace("stage: random", "stage: gone"))
    run = workspace.runs(collection)[0].id
    assert of_run(workspace, jobs, collection, run).uses == ()
    assert of_experiment(workspace, jobs, experiment).name == "Sample"


def test_a_job_at_work_is_named_and_refuses(sample: Sample, jobs: Jobs) -> None:
    workspace, collection, experiment = sample
    run = workspace.runs(collection)[0].id
    job = jobs.submit("experiment", "Long", {"experiment": experiment})
    found = [
        of_collection(workspace, jobs, collection),
        of_experiment(workspace, jobs, experiment),
        of_run(workspace, jobs, collection, run),
    ]
    for each in found:
        assert each.busy == "Long"
        with pytest.raises(InputError, match=r"The job 'Long' works with .* cancel it first"):
            each.require_idle()
    assert of_cached(cache_rows(workspace), jobs).busy == ""  # it only waits
    jobs.claim(("experiment",))
    assert of_cached(cache_rows(workspace), jobs).busy == "Long"
    jobs.finish(job, "done")
    assert busy_on(workspace, jobs, collection) == ""
    jobs.submit("attach", "Attach", {"collection": collection})
    assert busy_on(workspace, jobs, collection) == "Attach"


def test_an_upload_that_an_import_reads_is_kept(workspace: Workspace, jobs: Jobs) -> None:
    path, source = workspace.places.new_upload("corpus.jsonl")
    path.write_bytes(b"12345")
    (path.parent / "queries.jsonl").write_bytes(b"123")
    found = of_upload(workspace, jobs, source)
    assert (found.name, found.bytes) == ("Upload of corpus.jsonl and 1 more", 8)
    found.require_idle()
    jobs.submit("import", "Import it", {"sources": [source]})
    with pytest.raises(InputError, match="The job 'Import it'"):
        of_upload(workspace, jobs, source).require_idle()


@pytest.mark.parametrize(
    "source", ["upload:../..", "upload:" + "0" * 32, "root:x", "demo:../x", ""]
)
def test_only_an_upload_that_is_there_can_be_named(
    workspace: Workspace, jobs: Jobs, source: str
) -> None:
    with pytest.raises(InputError):
        of_upload(workspace, jobs, source)


def test_what_is_unknown_is_said(workspace: Workspace, jobs: Jobs) -> None:
    with pytest.raises(UnknownNameError):
        of_collection(workspace, jobs, "none")
    with pytest.raises(UnknownNameError):
        of_experiment(workspace, jobs, "../collections")


def test_emptying_the_trash_says_who_could_never_open_again(sample: Sample, jobs: Jobs) -> None:
    workspace, collection, _ = sample
    workspace.discard("collections", collection)
    (item,) = workspace.discarded()
    found = of_discarded(workspace, item)
    assert found.uses == (Use("experiment", ("Sample",), "stays closed for good"),)
    assert found.bytes == item.record["bytes"]


def test_cached_entries_tell_size_users_and_time(sample: Sample, jobs: Jobs) -> None:
    workspace, _, _ = sample
    rows = cache_rows(workspace)
    found = of_cached(rows, jobs)
    assert found.bytes == sum(row.bytes for row in rows)
    assert found.uses == (Use("experiment", ("Sample",), "keeps its results"),)
    assert all(row.seconds > 0 for row in rows)


def test_a_record_of_a_job_has_the_size_of_its_text(jobs: Jobs) -> None:
    job = jobs.get(jobs.submit("import", "x" * 5000, {}))
    assert 5000 < of_job(job).bytes < 6000
    assert of_job(job).busy == job.title


def test_sizes_are_bytes_on_the_disk(sample: Sample, jobs: Jobs) -> None:
    workspace, _, experiment = sample
    folder: Path = workspace.experiment_folder(experiment)
    before = of_experiment(workspace, jobs, experiment).bytes
    (folder / "more").write_bytes(b"0" * 1234)
    assert of_experiment(workspace, jobs, experiment).bytes == before + 1234
