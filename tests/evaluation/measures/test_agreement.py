import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import kendalltau

from evaluation.errors import InputError
from evaluation.measures import agreement
from evaluation.measures.agreement import Lists, mean_overlaps, overlaps, top_lists
from evaluation.run import Run


def run_of(*rankings: str) -> Run:
    """A run of queries q0, q1, ... whose documents are single letters, best first."""
    return Run.from_lists(
        {f"q{n}": [(doc_id, -float(rank)) for rank, doc_id in enumerate(ranking)]
         for n, ranking in enumerate(rankings)}
    )  # fmt: skip


def lists(*rankings: str, depth: int = 30) -> list[Lists]:
    """The lists of one query, one per system."""
    return top_lists([run_of(ranking) for ranking in rankings], ["q0"], depth)


def biased(one: str, other: str, persistence: float = 0.9) -> float:
    first, second = lists(one, other)
    return float(agreement.rank_biased_overlap(first, second, persistence)[0])


def correlation(one: str, other: str) -> float:
    return float(agreement.average_precision_correlation(*lists(one, other))[0])


def test_equal_lists_agree_fully_and_disjoint_ones_not_at_all() -> None:
    assert biased("abcde", "abcde") == pytest.approx(1)
    assert biased("abcde", "vwxyz") == 0
    assert biased("", "") == 1
    assert biased("", "abcde") == biased("abcde", "") == 0


def test_rank_biased_overlap_by_hand() -> None:
    # depths 1 and 2: agreement 0 / 1 and 2 / 2; beyond depth 2 it stays 2 / 2
    expected = (1 - 0.5) / 0.5 * (0 * 0.5 + 1 * 0.25) + 1 * 0.25
    assert biased("ab", "ba", 0.5) == pytest.approx(expected)


LETTERS = list("abcdefghijklmno")


def test_rank_biased_overlap_of_unequal_lengths_follows_the_published_formula() -> None:
    random = np.random.default_rng()
    for _ in range(50):
        s, length = sorted(random.integers(1, 12, 2))
        short, long = ("".join(random.permutation(LETTERS)[:size]) for size in (s, length))
        p = float(random.uniform(0.1, 0.95))

        def shared(depth: int, short: str = short, long: str = long) -> int:
            return len(set(short[:depth]) & set(long[:depth]))

        first = sum(shared(d) / d * p**d for d in range(1, length + 1))
        second = sum(shared(s) * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
        rest = ((shared(length) - shared(s)) / length + shared(s) / s) * p**length
        expected = (1 - p) / p * (first + second) + rest
        assert biased(short, long, p) == pytest.approx(min(1, expected))
        assert biased(long, short, p) == pytest.approx(min(1, expected))


def one_way(ranking: list[str], truth: list[str]) -> float:
    """The definition: over ranks 2 and on, the share of documents above that are rightly above."""
    shares = [
        sum(truth.index(above) < truth.index(document) for above in ranking[:rank]) / rank
        for rank, document in enumerate(ranking)
        if rank
    ]
    return 2 * sum(shares) / len(shares) - 1


def test_ap_correlation_is_what_its_definition_says_on_random_lists() -> None:
    random = np.random.default_rng()
    for _ in range(50):
        one, other = ("".join(random.permutation(LETTERS)[: random.integers(0, 13)]) for _ in "ab")
        first, second = (list(dict.fromkeys(text)) for text in (one + other, other + one))
        expected = (one_way(first, second) + one_way(second, first)) / 2 if len(first) > 1 else 1.0
        assert correlation(one, other) == pytest.approx(expected)
        assert correlation(other, one) == pytest.approx(expected)


def test_ap_correlation_is_one_for_equal_and_minus_one_for_reversed_lists() -> None:
    assert correlation("abcdef", "abcdef") == 1
    assert correlation("abcdef", "fedcba") == -1
    assert correlation("", "a") == correlation("", "") == 1


def test_a_swap_at_the_top_costs_more_than_one_at_the_bottom_unlike_kendalls_tau() -> None:
    one, top, bottom = "abcdef", "bacdef", "abcdfe"
    taus = [kendalltau(range(6), [x.index(d) for d in one]).statistic for x in (top, bottom)]
    assert taus[0] == taus[1]
    assert correlation(one, top) < correlation(one, bottom)


def test_ap_correlation_by_hand() -> None:
    # one against the other "bac": rank 2 has 0 of 1 right, rank 3 has 2 of 2, both ways round
    assert correlation("abc", "bac") == 2 * (0 + 1) / 2 - 1


def test_a_persistence_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(InputError):
        biased("a", "a", 1.0)


def test_overlap_is_the_share_of_the_longer_list() -> None:
    first, second = run_of("ab", "a", "", "ab"), run_of("bcd", "", "", "ba")
    found = top_lists([first, second], ["q0", "q1", "q2", "q3", "unknown"], 10)
    assert overlaps(*found).tolist() == pytest.approx([1 / 3, 0, 1, 1, 1])
    assert overlaps(*top_lists([first, second], ["q0"], 1)).tolist() == [0]


def test_the_mean_over_all_pairs_is_that_of_the_single_pairs() -> None:
    random = np.random.default_rng()
    texts = [["".join(random.permutation(LETTERS)[:8]) for _ in range(20)] for _ in range(5)]
    ids = [f"q{n}" for n in range(20)]
    found = top_lists([run_of(*one) for one in texts], ids, 10)
    pairs = [overlaps(found[a], found[b]) for a in range(5) for b in range(a)]
    assert mean_overlaps(found) == pytest.approx(np.mean(pairs, axis=0))


def test_systems_that_return_nothing_agree_and_one_alone_agrees_with_itself() -> None:
    assert mean_overlaps(lists("", "", "")).tolist() == [1]
    assert mean_overlaps(lists("abc")).tolist() == [1]
    # of three pairs one is the same list, and the empty one has nothing in common with either
    assert mean_overlaps(lists("abc", "abc", "")).tolist() == [pytest.approx(1 / 3)]


def test_lists_follow_the_ids_and_not_the_codes_of_each_run() -> None:
    first, second = run_of("cab"), run_of("bca")
    assert first.doc_ids.to_pylist() != second.doc_ids.to_pylist()
    one, other = top_lists([first, second], ["q0"], 5)
    assert sorted(one[0, :3]) == sorted(other[0, :3])
    assert one[0].tolist() == [other[0, 1], other[0, 2], other[0, 0], -1, -1]


def test_a_run_without_a_single_document_has_empty_lists() -> None:
    hits = np.zeros(0), np.zeros(0), np.zeros(0)
    nothing = Run.from_hits(["q0"], pa.array([], pa.string()), hits)
    assert (top_lists([nothing, run_of("ab")], ["q0"], 4)[0] == -1).all()
