import numpy as np
import pytest

from evaluation import conclusions
from evaluation.conclusions import pairs_of, ranges_of
from evaluation.measures.bounds import bounds_of, gain_bounds
from evaluation.measures.pairs import Pairs, compare_all
from evaluation.store import open_results
from evaluation.workspace import Workspace

Sample = tuple[Workspace, str, str]


def tables(sample: Sample, measure: str = "nDCG@10") -> dict[str, np.ndarray]:
    done = open_results(sample[0], sample[2]).done
    return {measure: np.column_stack([one.stored_scores()[measure] for one in done])}


def equal(one: Pairs, other: Pairs) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in Pairs.__dataclass_fields__
    )


def test_a_finished_experiment_has_its_conclusions_and_nothing_is_computed_again(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _, experiment = sample
    results, given = open_results(workspace, experiment), tables(sample)
    expected = compare_all([given["nDCG@10"]], results.experiment.seed)[0]

    def refuse(*_: object) -> list[Pairs]:
        raise AssertionError("computed again")

    monkeypatch.setattr(conclusions, "compare_all", refuse)
    found = pairs_of(workspace, results, given)[0]
    assert found.mean == pytest.approx(expected.mean)
    assert found.p_randomisation == pytest.approx(expected.p_randomisation, nan_ok=True)


def test_what_is_read_is_what_was_computed(sample: Sample) -> None:
    workspace, _, experiment = sample
    results = open_results(workspace, experiment)
    given = {"other": np.random.default_rng().random((8, 4))}
    given["other"][2, 1] = np.nan
    assert equal(pairs_of(workspace, results, given)[0], pairs_of(workspace, results, given)[0])


def test_other_values_never_read_what_is_kept(sample: Sample) -> None:
    workspace, _, experiment = sample
    results, given = open_results(workspace, experiment), tables(sample)
    changed = {"nDCG@10": given["nDCG@10"].copy()}
    changed["nDCG@10"][0, 0] += 0.125
    before, after = (pairs_of(workspace, results, each)[0] for each in (given, changed))
    assert after.mean[0] == pytest.approx(before.mean[0] + 0.125 / 8)


def test_the_ranges_are_the_means_of_the_bounds(sample: Sample) -> None:
    workspace, collection, experiment = sample
    results = open_results(workspace, experiment)
    qrels = workspace.collection(collection).split("test")
    found = ranges_of(workspace, results, "P@10")
    runs = [one.run() for one in results.done]
    bounds = [bounds_of(run, qrels, "P@10", results.query_ids) for run in runs]
    assert found.low == pytest.approx([one.low.mean() for one in bounds])
    assert found.high == pytest.approx([one.high.mean() for one in bounds])
    best = int(found.value.argmax())
    other = int(np.flatnonzero(~np.isnan(found.behind_low))[0])
    lead = gain_bounds(runs[other], runs[best], qrels, "P@10", results.query_ids)
    assert found.behind_low[other] == pytest.approx(lead.low.mean())
    assert np.isnan(found.behind_low[best])
