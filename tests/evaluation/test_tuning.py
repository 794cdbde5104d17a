import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import ttest_rel

from evaluation.errors import InputError
from evaluation.tuning import fold_rows, tune

Values = npt.NDArray[np.float64]


def surface(queries: int = 40, points: int = 7, seed: int = 1, slope: float = 0.0) -> Values:
    """Values of settings; with a slope, later ones are better."""
    random = np.random.default_rng(seed)
    hard = random.random((queries, 1))
    noise = 0.2 * random.standard_normal((queries, points))
    return hard + noise + slope * np.arange(points)


def estimate_by_hand(values: Values, folds: list[list[int]]) -> tuple[float, list[int]]:
    """Cross-validation in plain loops: for each fold, the best on the others is scored on it."""
    total, chosen = 0.0, []
    for fold in folds:
        seen = [q for q in range(len(values)) if q not in fold]
        means = [sum(values[q][p] for q in seen) / len(seen) for p in range(values.shape[1])]
        best = max(range(len(means)), key=lambda p: means[p])
        chosen.append(best)
        total += sum(values[q][best] for q in fold)
    return total / len(values), chosen


@pytest.mark.parametrize(("folds", "seed"), [(2, 0), (5, 42), (7, 3), (40, 1)])
def test_the_estimate_is_that_of_plain_loops(folds: int, seed: int) -> None:
    values = surface(seed=seed)
    found = tune(values, 7, 0, folds, seed)
    parts = [part.rows.tolist() for part in found.folds]
    wanted, chosen = estimate_by_hand(values, parts)
    assert found.estimate == pytest.approx(wanted, abs=1e-12)
    assert [part.chosen for part in found.folds] == chosen


@pytest.mark.parametrize(("queries", "folds"), [(10, 2), (11, 5), (23, 10), (6, 6)])
def test_every_query_is_in_exactly_one_fold(queries: int, folds: int) -> None:
    parts = fold_rows(queries, folds, 42)
    assert sorted(np.concatenate(parts).tolist()) == list(range(queries))
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_the_same_seed_gives_the_same_folds_and_another_one_others() -> None:
    first, again, other = (fold_rows(30, 5, seed) for seed in (1, 1, 2))
    assert [part.tolist() for part in first] == [part.tolist() for part in again]
    assert [part.tolist() for part in first] != [part.tolist() for part in other]


def test_hand_numbers() -> None:
    """Two folds of one query each; each one's best setting is bad for the other."""
    found = tune(np.array([[1.0, 0.2], [0.0, 0.6]]), 2, 0, folds=2)
    assert found.in_sample == (1.0 + 0.0) / 2  # the other has 0.4
    assert sorted(part.unseen for part in found.folds) == [0.0, 0.2]
    assert found.estimate == pytest.approx((0.2 + 0.0) / 2)
    assert found.optimism == pytest.approx(0.5 - 0.1)
    assert found.ceiling == pytest.approx((1.0 + 0.6) / 2)


def test_the_best_of_many_equal_settings_promises_too_much() -> None:
    """Pure noise: no setting is better, and only the held-out estimate says so."""
    gaps = [tune(surface(60, 50, seed), 50, 0).optimism for seed in range(20)]
    assert np.mean(gaps) > 0.03
    truth = [tune(surface(60, 50, seed), 50, 0).gain for seed in range(20)]
    assert abs(np.mean([gain.mean for gain in truth if gain])) < 0.02


def test_nothing_beats_each_query_choosing_for_itself() -> None:
    for seed in range(5):
        found = tune(surface(seed=seed), 7, 0)
        assert found.ceiling >= found.in_sample
        assert found.ceiling == pytest.approx(surface(seed=seed).max(axis=1).mean())


def test_of_equal_settings_the_first_is_taken() -> None:
    values = np.repeat(np.random.default_rng(0).random((9, 1)), 4, axis=1)
    found = tune(values, 4, 3, folds=3)
    assert found.best == 0
    assert {part.chosen for part in found.folds} == {0}
    assert found.flat
    assert found.gain
    assert found.gain.p == 1


def test_a_steep_surface_is_not_flat() -> None:
    found = tune(surface(100, 6, slope=0.3), 6, 0)
    assert found.best == 5
    assert found.tied.tolist() == [False] * 5 + [True]
    assert not found.flat
    assert found.gain
    assert found.gain.low > 0


def test_noise_alone_is_flat() -> None:
    found = tune(surface(50, 9), 9, 0)
    assert found.flat


def test_p_values_are_those_of_scipy_with_holm() -> None:
    values = surface(30, 4, slope=0.05)
    found = tune(values, 3, 3)
    others = [n for n in range(4) if n != found.best]
    plain = {n: ttest_rel(values[:, found.best], values[:, n]).pvalue for n in others}
    ordered = sorted(others, key=plain.__getitem__)
    least = 0.0
    for place, number in enumerate(ordered):
        least = max(least, min(1.0, plain[number] * (len(ordered) - place)))
        assert found.p[number] == pytest.approx(least)
    assert np.isnan(found.p[found.best])


def test_the_untuned_system_is_compared_but_never_chosen() -> None:
    values = surface(30, 4)
    values[:, 3] = 2.0
    found = tune(values, 3, 3)
    assert found.best < 3
    assert all(part.chosen < 3 for part in found.folds)
    assert found.gain
    assert found.gain.mean == pytest.approx(found.estimate - 2.0)


def test_a_setting_with_a_failed_query_is_neither_zero_nor_chosen() -> None:
    values = surface(20, 3)
    values[:, 1] = 5.0
    values[4, 1] = np.nan
    found = tune(values, 3, 0)
    assert np.isnan(found.means[1])
    assert found.best != 1
    assert not found.tied[1]
    assert all(part.chosen != 1 for part in found.folds)


def test_without_the_untuned_system_there_is_no_gain() -> None:
    values = surface(20, 3)
    values[0, 2] = np.nan
    assert tune(values, 2, 2).gain is None


@pytest.mark.parametrize(("queries", "folds"), [(1, 2), (3, 4), (3, 1), (0, 2)])
def test_folds_that_cannot_be_made_are_refused(queries: int, folds: int) -> None:
    with pytest.raises(InputError, match="cannot make"):
        tune(np.zeros((queries, 2)), 2, 0, folds)


def test_when_every_setting_failed_it_is_said() -> None:
    with pytest.raises(InputError, match="No setting has a value"):
        tune(np.full((4, 2), np.nan), 2, 0, 2)


def test_the_values_are_left_as_they_were() -> None:
    values = surface()
    before = values.copy()
    tune(values, 7, 0)
    assert (values == before).all()
