"""Quality against cost: the systems nothing beats in both, and the best within a budget."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import kept, plot, safe, services
from components.charts.cost_frontier import Spot, cost_frontier_chart
from components.cost_controls import (
    AXES,
    LABELS,
    NO_LIMIT,
    WRITE,
    ask_prices,
    pick_budget,
    pick_kind,
)
from components.result_downloads import download_table
from evaluation.metering import CACHED_TOKENS, MEANINGS, PROMPT_TOKENS, REPLY_TOKENS
from evaluation.pareto import Range, TradeOff, best_within, trade_offs
from evaluation.spending import KINDS, Prices, cost_of, per_query
from evaluation.store import Results

HELP = (
    "Upwards is better, to the left is cheaper. The dotted line joins the Pareto set: systems "
    "that no other equals in one and beats in the other. The rest is grey. Whiskers are 95 % "
    "bootstrap intervals."
)
NO_RATES = (0.0, 0.0, 0.0)
TOKENS = {"read": PROMPT_TOKENS, "written": REPLY_TOKENS, "from the cache": CACHED_TOKENS}


@dataclass(frozen=True, eq=False)
class Frontier:
    """The systems of an experiment between a measure and a kind of cost, within a budget."""

    results: Results
    measure: str
    kind: str
    found: list[TradeOff]
    budget: float

    def name(self, number: int) -> str:
        """What a system is called."""
        return self.results.systems[number].name

    def cost(self, value: float) -> str:
        """Write a cost with its unit."""
        return WRITE[self.kind](value)


def show_cost(results: Results, measure: str) -> None:
    """Show quality against a kind of cost, with a budget that the visitor sets."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader("Quality against cost", anchor=False, width="stretch", help=HELP)
            kind = pick_kind()
            corner = st.container(width="content")
        st.caption(KINDS[kind])
        rates, fees = ask_prices(results) if kind == "money" else (NO_RATES, ())
        found = _trade_offs(results.id, results.created, measure, kind, rates, fees)
        if not found:
            st.info(
                "No system here has both a mean and this cost. Costs are measured when a system "
                "is run here; uploaded runs have none.",
                icon=":material/info:",
            )
            return
        budget = pick_budget(kind, [each.cost.value for each in found])
        frontier = Frontier(results, measure, kind, found, budget)
        _show_best(frontier)
        plot.show_plot(_chart(frontier), f"{measure} of each system against {LABELS[kind]}")
        _show_left_out(frontier)
        columns = table_columns(frontier)
        with corner:
            download_table(columns, f"{results.id} {measure} {kind}")
        with st.expander("Figures, and how sure the Pareto set is"):
            _show_table(frontier, columns)


@kept.resource(max_entries=32, show_spinner="Resampling …")
def _trade_offs(
    experiment_id: str,
    created: float,
    measure: str,
    kind: str,
    rates: tuple[float, float, float],
    fees: tuple[tuple[int, float], ...],
) -> list[TradeOff]:
    del created
    results, charged = services.results(experiment_id), dict(fees)
    costs = {
        row.number: cost_of(
            row.figures, kind, Prices(rates[0], charged.get(row.number, 0.0), *rates[1:])
        )
        for row in results.done
    }
    known = {number: cost for number, cost in costs.items() if cost is not None}
    values = {number: services.scores(results, number, measure) for number in known}
    return trade_offs(values, known, results.experiment.seed)


def _show_best(frontier: Frontier) -> None:
    best, top = best_within(frontier.found, frontier.budget), frontier.found[0]
    if best is None:
        st.caption("No system is within the budget.")
        return
    within = "" if frontier.budget == NO_LIMIT else f" within {frontier.cost(frontier.budget)}"
    line = (
        f"Best{within}: {frontier.name(best.number)}, {frontier.measure} "
        f"{best.quality.value:.4f} at {frontier.cost(best.cost.value)}."
    )
    if best.number != top.number:
        line += (
            f" The best of all, {frontier.name(top.number)}, reaches {top.quality.value:.4f} at "
            f"{frontier.cost(top.cost.value)}."
        )
    st.markdown(safe.label(line, 600))


def _chart(frontier: Frontier) -> Any:
    spots = [
        Spot(
            frontier.name(each.number),
            each.number,
            _ends(each.quality),
            _ends(each.cost),
            bool(each.dominators),
            each.cost.value > frontier.budget,
            f"{frontier.cost(each.cost.value)}; {_standing(frontier, each)}",
        )
        for each in frontier.found
    ]
    unit = AXES.get(frontier.kind, "per 1,000 queries")
    titles = (f"{LABELS[frontier.kind]}, {unit}", frontier.measure)
    return cost_frontier_chart(plot.theme(), spots, titles, frontier.budget)


def _ends(given: Range) -> tuple[float, float, float]:
    return given.value, given.low, given.high


def _standing(frontier: Frontier, each: TradeOff) -> str:
    if not each.dominators:
        return "in the Pareto set"
    return f"beaten by {frontier.name(each.dominators[0])}"


def _show_left_out(frontier: Frontier) -> None:
    shown = {each.number for each in frontier.found}
    left = [row.name for row in frontier.results.done if row.number not in shown]
    if left:
        st.caption(
            safe.label(
                f"Not shown, as they have no mean or were not timed here: {', '.join(left)}.", 600
            )
        )


def _show_table(frontier: Frontier, columns: dict[str, list[Any]]) -> None:
    number, unit = st.column_config.NumberColumn, LABELS[frontier.kind]
    form = "bytes" if AXES.get(frontier.kind) == "bytes" else "%.4g"
    ends = {"from": "Lower", "to": "Upper"}
    means = {
        name: number(format="%.4f", help=f"{end} end of the 95 % interval of the mean.")
        for name, end in ends.items()
    }
    costs = {
        f"cost {name}": number(format=form, help=f"{end} end of the 95 % interval of the cost.")
        for name, end in ends.items()
    }
    chance = (
        "Share of resamples in which no other system beats it. Queries and timed queries are "
        "drawn anew in each."
    )
    config = {
        frontier.measure: number(format="%.4f", help="Mean over all queries."),
        unit: number(format=form, help=KINDS[frontier.kind]),
        "In the set": number(format="percent", help=chance),
    }
    tokens = {
        name: number(format="%.4g", help=f"{MEANINGS[count]} Per query.")
        for name, count in TOKENS.items()
    }
    st.dataframe(columns, hide_index=True, column_config=config | means | costs | tokens)


def table_columns(frontier: Frontier) -> dict[str, list[Any]]:
    """Give the figures as columns, the best system first."""
    found = frontier.found
    columns: dict[str, list[Any]] = {
        "System": [frontier.name(each.number) for each in found],
        frontier.measure: [each.quality.value for each in found],
        "from": [each.quality.low for each in found],
        "to": [each.quality.high for each in found],
        LABELS[frontier.kind]: [each.cost.value for each in found],
        "cost from": [_known(each.cost.low) for each in found],
        "cost to": [_known(each.cost.high) for each in found],
        **(_token_columns(frontier) if frontier.kind == "tokens" else {}),
        "Pareto set": [_standing(frontier, each) for each in found],
        "In the set": [each.chance for each in found],
    }
    return {name: cells for name, cells in columns.items() if any(c is not None for c in cells)}


def _token_columns(frontier: Frontier) -> dict[str, list[Any]]:
    """Give the tokens of a query by what they were, those answered from the cache apart."""
    figures = {row.number: row.figures for row in frontier.results.done}
    return {
        name: [per_query(figures[each.number], count) for each in frontier.found]
        for name, count in TOKENS.items()
    }


def _known(value: float) -> float | None:
    return value if value == value else None
