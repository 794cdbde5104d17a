"""Two systems compared: the figures, the differences per query, the two against each other."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from components import aggregates, plot, safe, services, state
from components.charts.difference_bars import FULL_LABELS, difference_chart
from components.charts.score_scatter import score_scatter_chart
from components.charts.thinning import part_of
from evaluation.comparison import Differences
from evaluation.leaderboard import Standing
from evaluation.reports.markup import chance
from evaluation.store import Results

BARS = state.widget_key("difference bars")
POINTS = state.widget_key("score points")


@dataclass(frozen=True, eq=False)
class Pair:
    """Two systems of an experiment, by one measure, query by query."""

    results: Results
    first: int
    second: int
    measure: str

    @cached_property
    def differences(self) -> Differences:
        """What the second gains over the first; only with judgements."""
        return aggregates.differences(self.results, self.first, self.second, self.measure)

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called."""
        systems = self.results.systems
        return systems[self.first].name, systems[self.second].name

    def open(self, row: int) -> None:
        """Open the query in a row with both systems."""
        if 0 <= row < len(self.results.query_ids):
            state.go(
                "query",
                experiment=self.results.id,
                measure=self.measure,
                systems=f"{self.first},{self.second}",
                query=self.results.query_ids[row],
            )


def pair_of(results: Results, chosen: tuple[int, int], measure: str) -> Pair:
    """Compare two systems query by query."""
    return Pair(results, *chosen, measure)


def show_figures(pair: Pair) -> None:
    """Show both means, their difference with its interval, and the p-value."""
    numbers = (pair.first, pair.second)
    found = aggregates.standings(pair.results, pair.measure, pair.first, numbers)
    one, two = (found[number] for number in numbers)
    with st.grid(columns=4, min_column_width=150):
        for side, standing in (("first", one), ("second", two)):
            st.metric(
                f"{safe.label(pair.measure)}, {side}",
                written(standing.mean, "{:.4f}"),
                border=True,
                height="stretch",
                delta=_interval(standing.low, standing.high),
                delta_color="off",
                delta_arrow="off",
                help="Mean over all queries; below it the 95 % bootstrap interval.",
            )
        _show_gain(pair, two)
        _show_chance(two)


def _show_gain(pair: Pair, two: Standing) -> None:
    st.metric(
        "Mean difference",
        written(two.difference, "{:+.4f}"),
        border=True,
        height="stretch",
        delta=_interval(two.difference_low, two.difference_high, "{:+.4f}"),
        delta_color="off",
        delta_arrow="off",
        help=safe.label(
            f"{pair.names[1]} minus {pair.names[0]}, with the 95 % interval of the "
            "paired bootstrap."
        ),
    )


def _show_chance(two: Standing) -> None:
    st.metric(
        "p-value",
        chance(two.p),
        border=True,
        height="stretch",
        delta=two.verdict.value,
        delta_color="off",
        delta_arrow="off",
        help="Paired randomisation test, two-sided: how often a difference at least as large "
        "comes up when the two systems are swapped at random on each query.",
    )


def written(value: float, form: str) -> str:
    """Write a number, or a dash where it is not known."""
    return form.format(value) if value == value else "—"


def _interval(low: float, high: float, form: str = "{:.4f}") -> str | None:
    return f"{form.format(low)} to {form.format(high)}" if low == low else None


def show_bars(pair: Pair) -> None:
    """Show the difference of every query, sorted; a click opens the query."""
    found = pair.differences
    with st.container(border=True, gap="small", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(f"Per-query Δ {safe.label(pair.measure)}", anchor=False, width="stretch")
            st.badge(f"{found.wins} wins", color="blue", help="Queries where the second is better.")
            st.badge(f"{found.ties} ties", color="gray", help="Equal to within 1e-9.")
            st.badge(f"{found.losses} losses", color="orange", help="Where the second is worse.")
            if found.failed:
                st.badge(f"{found.failed} failed", color="red", help="One system gave no answer.")
        labels = query_labels(pair.results)
        chart = difference_chart(
            plot.theme(),
            found.values[found.order],
            [labels[row] for row in found.order.tolist()],
            found.order,
            pair.measure,
        )
        alt = f"Differences in {pair.measure} of {len(found.order)} queries, largest gain first"
        row = plot.show_clickable(chart, alt, BARS)
        _show_part(len(found.order))
    if row is not None:
        pair.open(row)


def show_scatter(pair: Pair) -> None:
    """Show the two systems against each other, one point per query; a click opens the query."""
    scores = tuple(
        services.scores(pair.results, number, pair.measure) for number in (pair.first, pair.second)
    )
    with st.container(border=True, gap="small", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):  # as high as its neighbour
            st.subheader("Query by query", anchor=False, width="stretch")
        chart = score_scatter_chart(
            plot.theme(), (scores[0], scores[1]), pair.names, query_labels(pair.results)
        )
        alt = f"{pair.measure} of the second system against the first, a point per query"
        row = plot.show_clickable(chart, alt, POINTS)
        _show_part(len(scores[0]))
    if row is not None:
        pair.open(row)


def _show_part(queries: int) -> None:
    if part_of(queries):
        st.caption(part_of(queries))


def query_labels(results: Results) -> list[str]:
    """Give what a chart says of each query: its text, or its id where there are too many."""
    if len(results.query_ids) > FULL_LABELS:
        return results.query_ids
    texts = aggregates.query_texts(results)
    return [
        f"{q} · {text}" if text else q for q, text in zip(results.query_ids, texts, strict=True)
    ]
