import numpy as np
import pytest
from scipy import stats

from evaluation.slices import effects as slices_effects
from evaluation.slices.effects import Effect, effects, telling_slices
from evaluation.slices.feature import Feature, Slice

RANDOM = np.random.default_rng


def features_of(random: np.random.Generator, queries: int, count: int = 6) -> list[Slice]:
    """Slices of several features that have nothing to do with any system."""
    features = [
        Feature(f"f{n}", f"F{n}", "", numbers=random.integers(1, 30, queries).astype(float))
        for n in range(count)
    ]
    return telling_slices(features)[0]


def split(queries: int, *rows: list[int]) -> list[Slice]:
    feature = Feature("f", "F", "", numbers=np.zeros(queries))
    return [Slice(feature, str(n), n, np.array(each)) for n, each in enumerate(rows)]


def test_means_and_p_values_are_those_of_the_queries_of_the_slice() -> None:
    random = RANDOM()
    first = random.random(60)
    second = first + random.normal(0.1, 0.2, 60)
    parts = features_of(random, 60, 1)
    for effect in effects(first, second, parts, 1, least=1):
        rows = effect.part.rows
        assert effect.first == pytest.approx(first[rows].mean())
        assert effect.second == pytest.approx(second[rows].mean())
        assert effect.difference == pytest.approx((second - first)[rows].mean())
        exact = stats.permutation_test(
            ((second - first)[rows],),
            np.mean,
            permutation_type="samples",
            n_resamples=3_000,
            rng=1,
        )
        assert effect.p == pytest.approx(exact.pvalue, abs=0.04)
    corrected = [effect.p_corrected for effect in effects(first, second, parts, 1)]
    plain = [effect.p for effect in effects(first, second, parts, 1)]
    assert corrected == pytest.approx(stats.false_discovery_control(plain))


def test_the_interval_is_close_to_that_of_a_bootstrap_within_the_slice() -> None:
    random = RANDOM(5)
    gains = random.normal(0.05, 0.2, 400)
    (effect,) = effects(np.zeros(400), gains, split(400, list(range(100))), 3)
    ends = stats.bootstrap(
        (gains[:100],), np.mean, method="percentile", n_resamples=3_000, rng=1
    ).confidence_interval
    assert (effect.low, effect.high) == pytest.approx((ends.low, ends.high), abs=0.006)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random, covered = RANDOM(11), 0
    for _ in range(100):
        gains = random.normal(0.1, 0.3, 120)
        (effect,) = effects(np.zeros(120), gains, split(120, list(range(40))), 7)
        covered += effect.low <= 0.1 <= effect.high
    # 95 % of 100, and what the percentile bootstrap loses with 40 queries
    assert 87 <= covered <= 100


def test_small_slices_are_shown_but_neither_tested_nor_counted() -> None:
    gains = RANDOM().normal(0.3, 0.1, 30)
    small, large = effects(np.zeros(30), gains, split(30, list(range(9)), list(range(9, 30))), 1)
    assert small.difference == pytest.approx(gains[:9].mean())
    assert not small.tested
    assert not small.found
    assert np.isnan([small.low, small.high, small.p, small.p_corrected]).all()
    assert large.p_corrected == large.p


def test_a_failed_query_is_neither_zero_nor_left_out() -> None:
    gains = RANDOM().normal(0.3, 0.1, 40)
    gains[3] = np.nan
    hit, spared = effects(np.zeros(40), gains, split(40, list(range(20)), list(range(20, 40))), 1)
    assert (hit.failed, spared.failed) == (1, 0)
    assert np.isnan([hit.second, hit.difference, hit.low, hit.p]).all()
    assert hit.first == 0
    assert spared.found


def test_the_same_seed_gives_the_same_figures() -> None:
    random = RANDOM()
    parts, values = features_of(random, 50), random.random((2, 50))

    def figures(seed: int) -> list[str]:  # as text, where NaN equals itself
        return [f"{e.low} {e.high} {e.p}" for e in effects(values[0], values[1], parts, seed)]

    assert figures(1) == figures(1)
    assert figures(1) != figures(2)


@pytest.fixture
def no_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the bootstrap where only p-values matter."""
    monkeypatch.setattr(slices_effects, "_intervals", lambda *_: (0.0, 0.0))


@pytest.mark.usefixtures("no_intervals")
def test_equal_systems_are_seldom_told_apart_in_any_slice() -> None:
    """With nothing to find, every finding is false: any at all in at most 5 % of experiments."""
    random, any_found = RANDOM(17), 0
    rounds = 100
    for _ in range(rounds):
        parts = features_of(random, 60, 5)
        assert len(parts) >= 15
        values = random.normal(0, 1, (2, 60))
        any_found += any(effect.found for effect in effects(values[0], values[1], parts, 1))
    # twice the standard error of a share of 5 % in 100 rounds is 4 %
    assert any_found <= rounds * 0.09


@pytest.mark.usefixtures("no_intervals")
def test_false_findings_stay_a_small_part_where_there_is_something_to_find() -> None:
    random, shares = RANDOM(23), []
    for _ in range(30):
        names = tuple("ab"[n % 2] for n in range(200))
        real = Feature("real", "Real", "", names=names)
        noise = [
            Feature(f"f{n}", "F", "", names=tuple(random.permutation(np.array(names)).tolist()))
            for n in range(8)
        ]
        parts, _ = telling_slices([real, *noise])
        # 0.6 better on "a", 0.6 worse on "b": no better on any slice of another feature
        gains = np.array([0.6 if name == "a" else -0.6 for name in names])
        found = _found(effects(np.zeros(200), gains + random.normal(0, 1, 200), parts, 1))
        assert any(effect.part.feature is real for effect in found)
        shares.append(np.mean([effect.part.feature is not real for effect in found]))
    assert np.mean(shares) <= 0.08


def _found(results: list[Effect]) -> list[Effect]:
    return [effect for effect in results if effect.found]


def test_a_feature_that_tells_no_queries_apart_is_named_and_left_out() -> None:
    same = Feature("s", "Script", "", names=("Latin",) * 3)
    other = Feature("l", "Length", "", numbers=np.array([1.0, 2.0, 3.0]))
    parts, alike = telling_slices([same, other])
    assert {part.feature.title for part in parts} == {"Length"}
    assert alike == ["Script"]
    assert effects(np.zeros(3), np.ones(3), [], 1) == []
