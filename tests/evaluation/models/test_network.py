import numpy as np
import pytest

from evaluation.errors import ModelError
from evaluation.models.network import About, threads, token_batches


def test_batches_hold_every_text_once_and_stay_within_the_budget() -> None:
    random = np.random.default_rng()
    lengths = random.integers(1, 300, 500).tolist()
    batches = list(token_batches(lengths, 512))
    assert sorted(np.concatenate(batches).tolist()) == list(range(500))
    for rows in batches:
        longest = max(lengths[row] for row in rows)
        assert len(rows) == 1 or len(rows) * longest <= 512


def test_the_longest_texts_come_first_and_equal_ones_keep_their_order() -> None:
    assert [rows.tolist() for rows in token_batches([2, 9, 2, 5], 4)] == [[1], [3], [0, 2]]


def test_a_text_longer_than_the_budget_is_a_batch_of_its_own() -> None:
    assert [len(rows) for rows in token_batches([2000, 2000], 512)] == [1, 1]


def test_no_texts_make_no_batches() -> None:
    assert list(token_batches([], 512)) == []


def test_the_longest_input_is_the_wanted_one_or_the_models_own() -> None:
    about = About(max_length=256, limit=512)
    assert (about.length("m", 0), about.length("m", 400)) == (256, 400)
    with pytest.raises(ModelError, match=r"max_length is 513, .* 'm' takes at most 512 tokens"):
        about.length("m", 513)
    assert About(max_length=256).length("m", 100_000) == 100_000


@pytest.mark.parametrize(("given", "expected"), [("3", 3), ("1", 1), ("0", 1)])
def test_threads_are_those_that_the_environment_allows(
    given: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    assert threads() == expected


def test_without_a_setting_there_are_two_threads_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert 1 <= threads() <= 2
