"""Tokens and their price, by hand."""

import pytest

from evaluation.pareto import Cost
from evaluation.spending import Prices, cost_of, per_query

SPENT = {
    "calls": 40,
    "prompt_tokens": 5_000,  # 4,000 of them at the endpoint
    "reply_tokens": 1_000,
    "cached_tokens": 600,
    "paid_prompt_tokens": 4_000,
    "paid_reply_tokens": 500,
}
FIGURES = {"latency_ms": [10.0, 20.0, 60.0], "queries": 20, "spent": SPENT}


def value(cost: Cost | None) -> float:
    assert cost is not None
    return cost.value


def test_tokens_are_those_read_and_written_for_one_query() -> None:
    assert value(cost_of(FIGURES, "tokens")) == pytest.approx(5_000 / 20 + 1_000 / 20)


def test_what_came_from_the_cache_is_part_of_the_tokens_and_known_apart() -> None:
    assert per_query(FIGURES, "cached_tokens") == pytest.approx(600 / 20)


def test_money_counts_the_tokens_of_the_endpoint_alone() -> None:
    prices = Prices(per_hour=7.2, fee=0.5, tokens_in=3.0, tokens_out=15.0)
    machine = 30 / 3600 * 7.2  # 1,000 queries of 30 ms each
    tokens = 1000 * (4_000 / 20 * 3.0 + 500 / 20 * 15.0) / 1_000_000
    assert value(cost_of(FIGURES, "money", prices)) == pytest.approx(machine + 0.5 + tokens)


def test_money_without_a_price_of_tokens_leaves_them_out() -> None:
    assert value(cost_of(FIGURES, "money", Prices(7.2))) == pytest.approx(30 / 3600 * 7.2)


def test_who_asks_no_model_spends_no_tokens() -> None:
    asks_nobody = {"latency_ms": [10.0]}  # as results of earlier versions have it, too
    assert value(cost_of(asks_nobody, "tokens")) == 0
    assert value(cost_of(asks_nobody, "money", Prices(0, 2, 3, 4))) == 2


def test_tokens_of_an_unknown_number_of_queries_are_no_cost() -> None:
    unknown = {"latency_ms": [10.0], "spent": SPENT}
    assert cost_of(unknown, "tokens") is None
    assert cost_of(unknown, "money", Prices(1, 1, 1, 1)) is None
