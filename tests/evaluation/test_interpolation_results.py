import math

import numpy as np
import pytest
from scipy import stats

from evaluation.feedback.rocchio import Rocchio
from evaluation.interpolation import Interpolation, places_of
from evaluation.interpolation_results import best_of_arms, settings_of, to_none
from evaluation.stage import make_stage
from evaluation.system import Node
from tests.fresh_seed import fresh_seed

PLAN = Interpolation(
    Node(make_stage("bm25", {})),
    Node(make_stage("dense", {})),
    (0.2, 0.8),
    ("min-max",),
    (Rocchio(),),
)
PLACES = places_of(PLAN.systems())  # sparse, dense, then none, before, after, both twice


def drawn() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(fresh_seed()).random((60, PLAN.size))


def test_every_setting_has_its_mean_within_its_interval() -> None:
    values = drawn()
    settings = settings_of(PLACES, values, 42)
    assert [each.mean for each in settings] == pytest.approx(values.mean(axis=0).tolist())
    errors = stats.sem(values, axis=0)
    for setting, error in zip(settings, errors, strict=True):
        assert setting.low < setting.mean < setting.high
        assert setting.high - setting.low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_the_best_of_each_arm_is_tested_against_the_best_without_feedback() -> None:
    values = drawn()
    values[:, 7] += 0.3  # before, at weight 0.8
    best = best_of_arms(settings_of(PLACES, values, 42), values, 42)
    assert list(best) == ["sparse", "dense", "none", "before", "after", "both"]
    assert best["before"].setting.number == 7
    assert best["none"].gain is None
    none = values[:, best["none"].setting.number]
    for arm, found in best.items():
        if arm != "none":
            assert found.gain is not None
            gain = values[:, found.setting.number] - none
            assert found.gain.mean == pytest.approx(gain.mean())
            assert found.low < gain.mean() < found.high
            assert found.p >= stats.ttest_1samp(gain, 0).pvalue / 2  # corrected, so not smaller
    assert best["before"].p < 0.01


def test_a_failed_setting_is_never_the_best_and_an_arm_without_values_is_left_out() -> None:
    values = drawn()
    values[3, 7] = math.nan
    best = best_of_arms(settings_of(PLACES, values, 42), values, 42)
    assert best["before"].setting.number == 3
    values[3, 3] = math.nan
    assert "before" not in best_of_arms(settings_of(PLACES, values, 42), values, 42)
    values[3, [2, 6]] = math.nan
    alone = best_of_arms(settings_of(PLACES, values, 42), values, 42)
    assert all(found.gain is None for found in alone.values())


def test_gains_of_single_settings_are_over_the_same_mix() -> None:
    values = drawn()
    gains = to_none(settings_of(PLACES, values, 42))
    means = values.mean(axis=0)
    assert np.isnan(gains[:3]).all()
    assert gains[3:6] == pytest.approx((means[3:6] - means[2]).tolist())
    assert gains[7:10] == pytest.approx((means[7:10] - means[6]).tolist())
