"""Two systems in every slice of the queries: what was found, as a sentence, a plot and a table."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import aggregates, kept, plot, safe, services, state
from components.charts.slice_forest import Row, slice_forest_chart
from components.comparison_table import show_queries
from components.comparison_views import Pair
from components.result_downloads import download_table
from components.slice_features import Features, features_of
from evaluation.slices.effects import LEAST, Effect, effects, telling_slices

CHART = state.widget_key("slice chart")
TABLE = state.widget_key("slice table")
Columns = dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class Sliced:
    """Two systems compared in every slice; `notes` says what is left out."""

    pair: Pair
    effects: list[Effect]
    notes: list[str]

    @property
    def chosen(self) -> Effect | None:
        """The slice that the address names."""
        return next((e for e in self.effects if e.part.key == state.get("slice")), None)


def slice_pair(pair: Pair, features: Features) -> Sliced:
    """Compare two systems in every slice that the features give."""
    found, alike = _effects(
        pair.results.id,
        pair.results.created,
        (pair.first, pair.second),
        pair.measure,
        services.workspace().cache.version(),
    )
    same = [f"All queries are alike in: {', '.join(alike)}."] if alike else []
    return Sliced(pair, found, [*features.notes, *same])


@kept.resource(max_entries=32, show_spinner="Resampling …")
def _effects(
    experiment_id: str,
    created: float,
    numbers: tuple[int, int],
    measure: str,
    version: tuple[int, ...],
) -> tuple[list[Effect], list[str]]:
    del created, version
    results = services.results(experiment_id)
    slices, alike = telling_slices(features_of(results, measure).found)
    first, second = (services.scores(results, number, measure) for number in numbers)
    return effects(first, second, slices, results.experiment.seed), alike


def show_summary(sliced: Sliced) -> None:
    """Say how many slices were tested, and in how many one system is better."""
    if not sliced.effects:
        for note in ("No feature tells these queries apart.", *sliced.notes):
            st.caption(safe.label(note, 600))
        return
    tested = [effect for effect in sliced.effects if effect.tested]
    better = sum(effect.found and effect.difference > 0 for effect in tested)
    worse = sum(effect.found and effect.difference < 0 for effect in tested)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(
            f"second better in {better}",
            color="blue",
            help="Slices where the difference is more than chance after the correction.",
        )
        st.badge(f"second worse in {worse}", color="orange", help="The same, the other way.")
        st.badge(
            f"{len(tested)} of {len(sliced.effects)} slices tested",
            color="gray",
            help=f"Slices with fewer than {LEAST} queries, or with a failed one, are shown only.",
        )
    st.caption(
        "Looking at many slices finds some difference by chance, so all p-values are corrected "
        "together (Benjamini and Hochberg): of what is coloured, at most 5 % is expected to be "
        "false. A slice tells where systems differ, not why."
    )
    for note in sliced.notes:
        st.caption(safe.label(note, 600))


def show_findings(sliced: Sliced) -> None:
    """Show all slices as a plot and as a table, and the queries of the chosen one."""
    if sliced.effects:
        _show_forest(sliced)
        _show_table(sliced)
        _show_slice(sliced)


def _show_forest(sliced: Sliced) -> None:
    """Draw the difference in every slice; a click lists its queries."""
    rows = [
        Row(e.part.feature.title, e.part.label, e.queries, e.difference, e.low, e.high, e.found)
        for e in sliced.effects
    ]
    pair = sliced.pair
    overall = aggregates.differences(pair.results, pair.first, pair.second, pair.measure).mean
    with st.container(border=True, gap="small"):
        st.subheader(
            f"Δ {safe.label(pair.measure)} by slice",
            anchor=False,
            help="Each point is the mean difference, second minus first, over the queries of a "
            "slice, with its 95 % paired bootstrap interval. The dotted line is the "
            "difference over all queries.",
        )
        chart = slice_forest_chart(plot.theme(), rows, overall, pair.measure)
        alt = f"Difference in {pair.measure} in {len(rows)} slices, with intervals"
        # another key after each choice, so that an old click does not choose again
        row = plot.show_clickable(chart, alt, f"{CHART} {pair.results.id} {state.get('slice')}")
    if row is not None and 0 <= row < len(rows):
        state.put(slice=sliced.effects[row].part.key)
        st.rerun()


def _show_table(sliced: Sliced) -> None:
    """Show the figures of every slice; a click on a row lists its queries."""
    columns = table_columns(sliced)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Slices", anchor=False, width="stretch")
            names = " against ".join(sliced.pair.names)
            download_table(columns, f"{names} slices {sliced.pair.measure}")
        st.dataframe(
            columns,
            column_config=_config(sliced.pair),
            hide_index=True,
            height=420 if len(sliced.effects) > 11 else "content",
            key=TABLE,
            on_select=lambda: _choose(sliced),
            selection_mode="single-row",
        )
        st.caption("Select a row, or click a point above, to list the queries of a slice.")


def table_columns(sliced: Sliced) -> Columns:
    """Give the table as columns, a row per slice."""
    shown = sliced.effects
    return {
        "Feature": [effect.part.feature.title for effect in shown],
        "Slice": [effect.part.label for effect in shown],
        "Queries": [effect.queries for effect in shown],
        "First": [_known(effect.first) for effect in shown],
        "Second": [_known(effect.second) for effect in shown],
        "Δ": [_known(effect.difference) for effect in shown],
        "from": [_known(effect.low) for effect in shown],
        "to": [_known(effect.high) for effect in shown],
        "p": [_known(effect.p) for effect in shown],
        "p corrected": [_known(effect.p_corrected) for effect in shown],
        "Verdict": [_verdict(effect) for effect in shown],
    }


def _show_slice(sliced: Sliced) -> None:
    """List the queries of the chosen slice by signed change; a click opens one."""
    chosen = sliced.chosen
    if chosen is None:
        if state.here("slice"):
            st.info("The slice in the address is not among these. Choose one of the table.")
        return
    title = f"{chosen.part.feature.title}: {chosen.part.label}"
    st.subheader(safe.label(title), anchor=False, help=safe.label(chosen.part.feature.meaning))
    show_queries(sliced.pair, chosen.part.rows)


def _choose(sliced: Sliced) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    known = [row for row in rows if row < len(sliced.effects)]
    state.put(slice=sliced.effects[known[0]].part.key if known else None)


def _verdict(effect: Effect) -> str:
    if effect.failed:
        return f"{effect.failed} failed"
    if not effect.tested:
        return "too few queries"
    if not effect.found:
        return "not separable"
    return "▲ second better" if effect.difference > 0 else "▼ second worse"


def _known(value: float) -> float | None:
    return value if value == value else None


def _config(pair: Pair) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "First": number(format="%.4f", help=f"Mean of {safe.label(pair.names[0])}."),
        "Second": number(format="%.4f", help=f"Mean of {safe.label(pair.names[1])}."),
        "Δ": number(format="%+.4f", help="Second minus first, over the queries of the slice."),
        "from": number(format="%+.4f", help="Lower end of the 95 % interval of the difference."),
        "to": number(format="%+.4f", help="Upper end of the 95 % interval of the difference."),
        "p": number(
            format="%.4f",
            help="Paired randomisation test within the slice: how often a difference at least as "
            "large comes up when the two systems are swapped at random on each query.",
        ),
        "p corrected": number(
            format="%.4f",
            help="The p-value after the correction for all slices tested. At or below 0.05 the "
            "difference is called more than chance.",
        ),
    }
