"""What a visitor sets for quality against cost: the kind of cost, prices, a budget."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components import formats, state
from evaluation.language_models.settings import endpoint
from evaluation.metering import PAID_PROMPT_TOKENS
from evaluation.spending import KINDS
from evaluation.store import Results

NO_LIMIT = float("inf")
KIND, BUDGET = state.widget_key("cost kind"), state.widget_key("cost budget")
PRICE = state.widget_key("price per hour")
LABELS: Mapping[str, str] = {
    "p50": "p50 latency",
    "p95": "p95 latency",
    "index": "Index size",
    "held": "Index memory",
    "build": "Index time",
    "memory": "Peak memory",
    "tokens": "Tokens",
    "money": "Money",
}
WRITE: Mapping[str, Callable[[float], str]] = {
    "p50": lambda value: f"{value:.3g} ms",
    "p95": lambda value: f"{value:.3g} ms",
    "index": formats.size,
    "held": formats.size,
    "build": formats.duration,
    "memory": formats.size,
    "tokens": lambda value: f"{value:,.0f} per query",
    "money": lambda value: f"{value:.3g} per 1,000 queries",
}
AXES = {
    "p50": "ms",
    "p95": "ms",
    "index": "bytes",
    "held": "bytes",
    "build": "seconds",
    "memory": "bytes",
    "tokens": "per query",
}
Rates = tuple[float, float, float]  # of the machine per hour, of a million tokens read, written
Fees = tuple[tuple[int, float], ...]


def pick_kind() -> str:
    """Let the visitor choose the kind of cost; an unknown one in the address counts as none."""
    wanted = state.here("cost")
    st.session_state[KIND] = wanted if wanted in KINDS else "p50"
    st.selectbox(
        "Cost",
        list(KINDS),
        format_func=LABELS.__getitem__,
        key=KIND,
        on_change=lambda: state.put_here(cost=st.session_state[KIND], budget=None),
        label_visibility="collapsed",
        width=180,
    )
    return str(st.session_state[KIND])


def ask_prices(results: Results) -> tuple[Rates, Fees]:
    """Let the visitor say what machine and tokens cost, and what is paid elsewhere for a system."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        price = st.number_input(
            "Price of this machine per hour",
            min_value=0.0,
            value=1.0,
            step=0.1,
            key=PRICE,
            help="In any currency. It is multiplied by the time that the queries take.",
            width=260,
        )
        rates = float(price), *_ask_token_prices(results)
    names = [row.name for row in results.done]
    with st.expander("What is paid elsewhere, such as for a rented index"):
        given: dict[str, list[float | None]] = st.data_editor(  # type: ignore[assignment]
            {"System": names, "Per 1,000 queries": [0.0] * len(names)},
            disabled=["System"],
            hide_index=True,
            key=state.widget_key(f"fees {results.id}"),
        )
    fees = [max(0.0, float(fee or 0)) for fee in given["Per 1,000 queries"]]
    return rates, tuple((row.number, fee) for row, fee in zip(results.done, fees, strict=True))


def _ask_token_prices(results: Results) -> tuple[float, float]:
    """Let the visitor say what tokens at the endpoint cost, where any system uses it."""
    used = [row for row in results.done if (row.figures.get("spent") or {}).get(PAID_PROMPT_TOKENS)]
    if not used:
        return 0.0, 0.0
    known = endpoint()
    default = {
        "read": known.price_in if known else 0.0,
        "written": known.price_out if known else 0.0,
    }
    read, written = (
        st.number_input(
            f"Price per million tokens {side}",
            min_value=0.0,
            value=value,
            step=0.1,
            key=state.widget_key(f"price per million tokens {side}"),
            help=f"For tokens {side} by the language model at the endpoint, those of replies from "
            "the cache included. The settings of this server say it at first.",
            width=260,
        )
        for side, value in default.items()
    )
    return float(read), float(written)


def pick_budget(kind: str, costs: Sequence[float]) -> float:
    """Let the visitor set the largest cost allowed, in steps at which one more system fits."""
    steps = [*sorted(set(costs)), NO_LIMIT]
    try:
        wanted = float(state.here("budget") or NO_LIMIT)
    except ValueError:
        wanted = NO_LIMIT
    st.session_state[BUDGET] = max((s for s in steps if s <= wanted * (1 + 1e-9)), default=steps[0])
    chosen = st.select_slider(
        "At most",
        steps,
        format_func=lambda value: "no limit" if value == NO_LIMIT else WRITE[kind](value),
        key=BUDGET,
        on_change=_take_budget,
    )
    return float(chosen)


def _take_budget() -> None:
    budget = st.session_state[BUDGET]
    state.put_here(budget=None if budget == NO_LIMIT else repr(budget))
