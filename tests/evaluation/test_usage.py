from evaluation.usage import cache_rows, experiments_on
from evaluation.workspace import Workspace
from tests.sample import small_collection


def test_every_cache_entry_knows_the_experiments_made_from_it(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, _, _ = sample
    rows = cache_rows(workspace)
    assert {(row.kind, row.key) for row in rows} == {
        (entry.kind, entry.key) for entry in workspace.cache.entries()
    }
    assert {row.experiments for row in rows} == {("Sample",)}
    assert sum(row.kind == "index" for row in rows) == 1
    runs = sorted(row.what for row in rows if row.kind == "run")
    assert runs[0] == "Random order @ 1000"
    assert [what.partition("noise-")[2][:3] for what in runs[1:]] == ["0-5", "1-0", "3-0"]


def test_an_entry_without_experiments_has_no_users(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, experiment_id = sample
    workspace.discard("experiments", experiment_id)
    assert {row.experiments for row in cache_rows(workspace)} == {()}


def test_an_index_of_a_stage_that_is_no_more_is_named_by_its_label(workspace: Workspace) -> None:
    record = {"stage": "gone", "label": "Gone", "parameters": {"x": 1}, "collection": "Small"}
    workspace.cache.add("index", "0" * 32, lambda folder: dict(record))
    assert [row.what for row in cache_rows(workspace)] == ["Gone"]


def test_experiments_are_found_by_their_collection(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, experiment_id = sample
    other = workspace.add_collection("Other", small_collection().save)
    assert [each["id"] for each in experiments_on(workspace, collection_id)] == [experiment_id]
    assert experiments_on(workspace, other) == []
