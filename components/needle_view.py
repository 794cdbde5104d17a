"""Needles in haystacks: a map per system, where the collection is such a probe."""

from typing import Any

import streamlit as st

from components import kept, plot, safe, services, state
from components.charts.needle_map import needle_map_chart
from components.result_downloads import download_table
from evaluation.probes.cells import Cells, needle_cells
from evaluation.store import Results, SystemResult

CUTOFFS = ("1", "3", "10", "100")
WIDGET = state.widget_key("needle")


def show_needles(results: Results) -> None:
    """Show, for every finished system, which needles it found; nothing for other collections."""
    cells = _cells(results.id, results.created)
    if cells is None or not results.experiment.split:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(
            "Needles in haystacks",
            anchor=False,
            width="stretch",
            help="Each query asks for one planted sentence. A cell is the share of queries whose "
            "text with the needle is among the first results (recall), over all queries of that "
            "depth and length. A pale column or row is where the system loses them.",
        )
        measure = f"R@{_pick_cutoff()}"
        download_table(_columns(results, cells, measure), f"{results.experiment.name} needles")
    least, most = int(cells.counts.min()), int(cells.counts.max())
    each = f"{least}" if least == most else f"{least} to {most}"
    st.caption(f"{each} queries per cell.")
    with st.grid(2, min_column_width=340, border=True) as grid:
        for system in results.done:
            with grid.cell():
                _show_map(results, system, cells, measure)


@kept.resource(max_entries=16, show_spinner=False)
def _cells(experiment_id: str, created: float) -> Cells | None:
    del created
    results = services.results(experiment_id)
    queries = services.collection(results.experiment.collection).queries
    return needle_cells(queries.only(results.query_ids))


def _pick_cutoff() -> str:
    chosen = state.get("needle")
    st.session_state[WIDGET] = chosen if chosen in CUTOFFS else CUTOFFS[0]
    st.segmented_control(
        "Among the first",
        CUTOFFS,
        key=WIDGET,
        required=True,
        help="How many results are looked at for the needle.",
        on_change=lambda: state.put(needle=st.session_state[WIDGET]),
    )
    return str(st.session_state[WIDGET])


def _show_map(results: Results, system: SystemResult, cells: Cells, measure: str) -> None:
    values = services.scores(results, system.number, measure)
    st.markdown(f"**{safe.label(system.name)}** · {safe.label(measure)} {values.mean():.4f}")
    means = cells.means(values)
    chart = needle_map_chart(plot.theme(), cells.depths, cells.lengths, means, measure)
    plot.show_plot(chart, f"{measure} of {system.name} by depth and length")


def _columns(results: Results, cells: Cells, measure: str) -> dict[str, list[Any]]:
    """Give all maps as one table, a row per depth and length."""
    found: dict[str, list[Any]] = {
        "depth": [depth for depth in cells.depths for _ in cells.lengths],
        "length": cells.lengths * len(cells.depths),
        "queries": cells.counts.ravel().tolist(),
    }
    for system in results.done:
        means = cells.means(services.scores(results, system.number, measure)).ravel()
        found[f"{system.name} {measure}"] = [v if v == v else None for v in means.tolist()]
    return found
