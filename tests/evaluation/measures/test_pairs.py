import numpy as np
import pytest
from scipy import stats

from evaluation.measures.pairs import CORRECTIONS, TESTS, compare_all, flips
from evaluation.measures.significance import (
    bootstrap_intervals,
    holm,
    randomisation_p_values,
)

NAN = float("nan")


def table(queries: int = 40, systems: int = 4) -> np.ndarray:
    random = np.random.default_rng()
    steps = np.linspace(0, 0.2, systems)
    return np.round(random.random((queries, 1)) + random.normal(0, 0.3, (queries, systems)), 2) + (
        steps
    )


def test_every_pair_is_what_the_test_of_that_pair_alone_gives() -> None:
    values = table()
    found = compare_all([values], seed=5)[0]
    for first, second in ((0, 1), (3, 1), (2, 0)):
        gains = values[:, [first]] - values[:, [second]]
        low, high = bootstrap_intervals(gains, 5)
        assert found.difference[first, second] == pytest.approx(gains.mean())
        assert found.difference_low[first, second] == pytest.approx(low[0], abs=1e-9)
        assert found.difference_high[first, second] == pytest.approx(high[0], abs=1e-9)
        # signs are drawn alike in both orders of the pair
        p = randomisation_p_values(gains, 5)[0]
        assert found.p_randomisation[first, second] == pytest.approx(p)
        assert found.p_t[first, second] == pytest.approx(stats.ttest_1samp(gains[:, 0], 0).pvalue)
        assert found.wins[first, second] == (gains > 1e-9).sum()
        assert found.ties[first, second] == (abs(gains) < 1e-9).sum()
        effect = gains.mean() / gains.std(ddof=1)
        assert found.effect[first, second] == pytest.approx(effect)


def test_the_correction_is_over_all_pairs() -> None:
    found = compare_all([table(systems=5)], seed=1)[0]
    above = np.triu_indices(5, 1)
    plain = found.p_t[above]
    assert len(plain) == 10
    assert found.p_values("t", "holm")[above] == pytest.approx(holm(plain))
    adjusted = stats.false_discovery_control(plain)
    assert found.p_values("t", "bh")[above] == pytest.approx(adjusted)
    corrected = found.p_values("t", "holm")
    assert np.isnan(np.diag(corrected)).all()
    assert np.array_equal(corrected, corrected.T, equal_nan=True)


def test_several_measures_at_once_are_the_same_as_one_by_one() -> None:
    one, two = table(), table()
    both, alone = compare_all([one, two], 3), compare_all([two], 3)
    assert both[1].low == pytest.approx(alone[0].low, abs=1e-12)
    assert both[1].p_randomisation == pytest.approx(alone[0].p_randomisation)


def test_a_failed_query_silences_its_system_and_no_other() -> None:
    values = table()
    whole = compare_all([values[:, :3]], 3)[0]
    values[7, 3] = NAN
    found = compare_all([values], 3)[0]
    assert np.isnan([found.mean[3], found.rank_low[3], found.p_t[0, 3]]).all()
    assert found.failed.tolist() == [0, 0, 0, 1]
    assert found.wins[0, 3] + found.ties[0, 3] + found.wins[3, 0] == 39
    assert found.p_values("t")[:3, :3] == pytest.approx(whole.p_values("t"), nan_ok=True)
    assert found.rank_high[:3].tolist() == whole.rank_high.tolist()


def test_systems_that_answer_alike_are_not_separable_and_share_their_ranks() -> None:
    values = np.repeat(table(30, 1), 3, axis=1)
    found = compare_all([values], 3)[0]
    assert found.p_values()[0, 1] == 1
    assert found.rank_low.tolist() == [1, 1, 1]
    assert found.rank_high.tolist() == [3, 3, 3]
    assert found.effect[0, 1] == 0


def test_a_constant_gain_has_no_effect_size_and_a_sure_rank() -> None:
    base = table(30, 1)
    found = compare_all([np.hstack([base, base + 0.1])], 3)[0]
    assert np.isnan(found.effect[0, 1])
    assert found.rank_low.tolist() == found.rank_high.tolist() == [2, 1]


def test_no_p_value_is_ever_exactly_zero() -> None:
    # ranx and InspectorRAGet print 0 where a test is very sure
    random = np.random.default_rng()
    base = random.random((7000, 1))
    found = compare_all([np.hstack([base, base + 0.5 + random.random((7000, 1)) / 100])], 3)[0]
    for test in TESTS:
        for correction in CORRECTIONS:
            assert 0 < found.p_values(test, correction)[0, 1] < 0.001


def test_no_queries_or_one_system_give_no_figures_and_no_fault() -> None:
    assert np.isnan(compare_all([np.zeros((0, 2))])[0].mean).all()
    alone = compare_all([table(20, 1)])[0]
    assert (alone.rank_low.tolist(), alone.rank_high.tolist()) == ([1], [1])
    assert np.isnan(alone.p_values()).all()


@pytest.mark.parametrize("systems", [2, 20, 60])
def test_enough_swaps_are_drawn_for_the_correction_to_find_anything(systems: int) -> None:
    pairs = systems * (systems - 1) // 2
    assert pairs / (flips(systems) + 1) < 0.05


def test_rank_intervals_hold_the_true_rank_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(4)
    truth = np.array([0.0, 0.0, 0.3, 0.6, 0.6])  # ranks 4-5, 4-5, 3, 1-2, 1-2
    ranks = ((4, 5), (4, 5), (3, 3), (1, 2), (1, 2))
    held = 0
    for seed in range(40):
        values = truth + random.normal(0, 1, (100, 1)) + random.normal(0, 1, (100, 5))
        found = compare_all([values], seed)[0]
        for place, (low, high) in enumerate(ranks):
            held += found.rank_low[place] <= low and found.rank_high[place] >= high
    assert held / 200 >= 0.92


def test_no_rank_is_surer_than_the_test_of_all_pairs() -> None:
    # two queries of one mind: every bootstrap sample says the same, but p is at least 1/2
    found = compare_all([np.array([[1.0, 0.4, 0.1], [0.9, 0.3, 0.2]])])[0]
    assert found.rank_low.tolist() == [1, 1, 1]
    assert found.rank_high.tolist() == [3, 3, 3]
