"""The grid of layers and dimensions on the page: quality, time to encode, bytes."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import index_choice, kept, plot, safe, services
from components.charts.layer_map import layer_map, shown_values
from components.result_downloads import download_table
from evaluation.index_figures import Cell, dense_results, grid_cells
from evaluation.store import Results

HELP = (
    "The encoder stopped after some of its layers, its vectors cut to their first dimensions. A "
    "model trained for that (2D Matryoshka) loses little; others show here what they lose."
)
ENCODING = (
    "Milliseconds to encode one document, the loading of the model left out. Widths of one depth "
    "share the vectors, so they share the time."
)


def show_grid(results: Results, measure: str) -> bool:
    """Show the grid of an experiment; says whether there is one."""
    cells = _cells(results.id, results.created, len(results.done), measure)
    if not cells:
        return False
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader("Depth and width", anchor=False, width="stretch", help=HELP)
            download_table(columns_of(cells, measure), f"{results.id} depth and width")
        with st.grid("auto", min_column_width=320, gap="medium"):
            _show(cells, "quality", f"Mean {measure}", "Mean over all queries.")
            _show(cells, "encoding", "Encoding, ms per document", ENCODING)
            _show(cells, "bytes", "Bytes per document", "Four bytes for each dimension.")
    return True


@kept.resource(max_entries=32, show_spinner=False)
def _cells(experiment_id: str, created: float, done: int, measure: str) -> list[Cell]:
    del created, done  # only part of the key: more systems may be finished by now
    results = services.results(experiment_id)
    numbers = [result.number for result in dense_results(results)]
    values = index_choice.values_of(results, numbers, measure)
    return grid_cells(results, values, index_choice.documents_of(results))


def _show(cells: Sequence[Cell], name: str, title: str, about: str) -> None:
    forms = {"quality": ".3f", "encoding": ".2f", "bytes": ",.0f"}
    values = shown_values([(c.layers, c.width, getattr(c, name)) for c in cells])
    with st.container(gap="xxsmall"):
        st.markdown(f"**{safe.label(title)}**", help=about)
        if not values:
            st.caption("Not measured when these systems ran.")
            return
        figure = layer_map(plot.theme(), values, forms[name], name != "quality")
        plot.show_plot(figure, alt=f"{title} by layers and dimensions")


def columns_of(cells: Sequence[Cell], measure: str) -> dict[str, list[Any]]:
    """Give the grid as columns, in the order of the experiment."""
    return {
        "System": [cell.name for cell in cells],
        "Layers": [cell.layers for cell in cells],
        "Dimensions": [cell.width for cell in cells],
        measure: [_known(cell.quality) for cell in cells],
        "Encoding ms per document": [_known(cell.encoding) for cell in cells],
        "Bytes per document": [_known(cell.bytes) for cell in cells],
    }


def _known(value: float) -> float | None:
    return value if value == value else None
