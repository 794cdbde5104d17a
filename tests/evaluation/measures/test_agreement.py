import numpy as np
import pytest
from scipy.stats import kendalltau

from evaluation.errors import InputError
from evaluation.measures.agreement import average_precision_correlation, rank_biased_overlap


def test_equal_lists_agree_fully_and_disjoint_ones_not_at_all() -> None:
    one, other = list("abcde"), list("vwxyz")
    assert rank_biased_overlap(one, one) == pytest.approx(1)
    assert rank_biased_overlap(one, other) == 0
    assert rank_biased_overlap([], []) == 1
    assert rank_biased_overlap([], one) == 0


def test_rank_biased_overlap_by_hand() -> None:
    # depths 1 and 2: agreement 0 / 1 and 2 / 2; beyond depth 2 it stays 2 / 2
    expected = (1 - 0.5) / 0.5 * (0 * 0.5 + 1 * 0.25) + 1 * 0.25
    assert rank_biased_overlap(["a", "b"], ["b", "a"], 0.5) == pytest.approx(expected)


def test_rank_biased_overlap_of_unequal_lengths_follows_the_published_formula() -> None:
    random = np.random.default_rng()
    for _ in range(50):
        s, length = sorted(random.integers(1, 12, 2))
        short = [f"d{n}" for n in random.permutation(15)[:s]]
        long = [f"d{n}" for n in random.permutation(15)[:length]]
        p = float(random.uniform(0.1, 0.95))

        def shared(depth: int, short: list[str] = short, long: list[str] = long) -> int:
            return len(set(short[:depth]) & set(long[:depth]))

        first = sum(shared(d) / d * p**d for d in range(1, length + 1))
        second = sum(shared(s) * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
        rest = ((shared(length) - shared(s)) / length + shared(s) / s) * p**length
        expected = (1 - p) / p * (first + second) + rest
        assert rank_biased_overlap(short, long, p) == pytest.approx(min(1, expected))
        assert rank_biased_overlap(long, short, p) == pytest.approx(min(1, expected))


def test_ap_correlation_is_one_for_equal_and_minus_one_for_reversed_lists() -> None:
    one = list("abcdef")
    assert average_precision_correlation(one, one) == 1
    assert average_precision_correlation(one, one[::-1]) == -1
    assert average_precision_correlation([], ["a"]) == 1


def test_a_swap_at_the_top_costs_more_than_one_at_the_bottom_unlike_kendalls_tau() -> None:
    one, top, bottom = list("abcdef"), list("bacdef"), list("abcdfe")
    taus = [kendalltau(range(6), [x.index(d) for d in one]).statistic for x in (top, bottom)]
    assert taus[0] == taus[1]
    assert average_precision_correlation(one, top) < average_precision_correlation(one, bottom)


def test_ap_correlation_by_hand() -> None:
    # one against the other "bac": rank 2 has 0 of 1 right, rank 3 has 2 of 2, both ways round
    assert average_precision_correlation(list("abc"), list("bac")) == 2 * (0 + 1) / 2 - 1


def test_a_persistence_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(InputError):
        rank_biased_overlap(["a"], ["a"], 1.0)
