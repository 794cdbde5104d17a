"""The surface of a grid on the page: line, map or triangle, as its parameters allow."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from components import plot, safe, state
from components.charts.tuning_surface import Point, line_chart, map_chart, ternary_chart
from components.result_downloads import download_table
from evaluation.grid import Axis, shown
from evaluation.system_editing import node_at
from evaluation.tuning_results import Tuned

AXES = state.widget_key("surface axes")
LEGEND = (
    "The star is the best setting, the diamond the untuned one. Filled points cannot be told from "
    "the best (paired t-test, Holm-corrected); hollow ones can."
)
MAP_LEGEND = "The orange frame marks the best setting, the dotted one the untuned."


def show_surface(tuned: Tuned) -> None:
    """Show how the mean changes over the parameters that have several values."""
    axes = [place for place, axis in enumerate(tuned.grid.axes) if len(axis.values) > 1]
    if not axes:
        return
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Surface", anchor=False, width="stretch", help=_help(tuned))
            chosen = _pick_axes(tuned, axes)
            download_table(_columns(tuned), f"{tuned.results.id} surface {tuned.measure}")
        figure, note = _figure(tuned, chosen)
        alt = f"Mean {tuned.measure} over {', '.join(tuned.grid.titles[place] for place in chosen)}"
        plot.show_plot(figure, alt=alt)
        st.caption(safe.label(f"{note} {_fixed(tuned, chosen)}".strip(), 1000))


def _pick_axes(tuned: Tuned, axes: list[int]) -> list[int]:
    """Let the visitor choose two of three or more parameters."""
    if len(axes) < 3:
        return axes
    chosen = st.multiselect(
        "Parameters",
        axes,
        default=axes[:2],
        format_func=tuned.grid.titles.__getitem__,
        max_selections=2,
        key=AXES,
        width=320,
        label_visibility="collapsed",
    )
    return sorted(place for place in chosen if place in axes) or axes[:2]


def _figure(tuned: Tuned, chosen: list[int]) -> tuple[go.Figure, str]:
    first = tuned.grid.axes[chosen[0]]
    titles = [tuned.grid.titles[place] for place in chosen]
    if len(chosen) == 2:
        return _map(tuned, chosen), MAP_LEGEND
    points = [_point(tuned, {chosen[0]: value}) for value in first.values]
    if first.step and _inputs(tuned, first) == 3:
        weights = [_weights(value) for value in first.values]
        names = _input_names(tuned, first)
        corners = [(weight[0], weight[1], weight[2]) for weight in weights]
        return ternary_chart(plot.theme(), corners, points, names), (
            "Each corner is one input alone. The star is the best setting; ringed points cannot be "
            "told from it (paired t-test, Holm-corrected)."
        )
    x: Sequence[Any] = [shown(value) for value in first.values]
    if first.step and _inputs(tuned, first) == 2:
        x = [_weights(value)[0] for value in first.values]
        titles = [f"weight of {_input_names(tuned, first)[0]}"]
    elif first.ordered:
        x = first.values
    if first.ordered or first.step:
        pairs = sorted(zip(x, points, strict=True), key=lambda pair: pair[0])
        x, points = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return line_chart(plot.theme(), x, points, (titles[0], tuned.measure)), LEGEND


def _map(tuned: Tuned, chosen: list[int]) -> go.Figure:
    across, up = (tuned.grid.axes[place] for place in chosen)
    rows = [
        [_point(tuned, {chosen[0]: x, chosen[1]: y}) for x in _sorted(across)] for y in _sorted(up)
    ]
    labels = [shown(value) for value in _sorted(across)], [shown(value) for value in _sorted(up)]
    titles = tuned.grid.titles[chosen[0]], tuned.grid.titles[chosen[1]]
    return map_chart(plot.theme(), labels, rows, titles)


def _sorted(axis: Axis) -> list[Any]:
    return sorted(axis.values) if axis.ordered else list(axis.values)


def _point(tuned: Tuned, values: dict[int, Any]) -> Point:
    """Give a point of the surface: the other parameters are as in the best setting."""
    setting = list(tuned.grid.settings[tuned.tuning.best])
    for place, value in values.items():
        setting[place] = value
    number = tuned.grid.settings.index(tuple(setting))
    tuning = tuned.tuning
    return Point(
        tuned.grid.name(number),
        float(tuning.means[number]),
        bool(tuning.tied[number]),
        number == tuning.best,
        number == tuning.untuned,
    )


def _fixed(tuned: Tuned, chosen: list[int]) -> str:
    setting = tuned.grid.settings[tuned.tuning.best]
    others = [
        f"{title}={shown(value)}"
        for place, (title, value) in enumerate(zip(tuned.grid.titles, setting, strict=True))
        if place not in chosen
    ]
    return (
        f"The other parameters are as in the best setting: {', '.join(others)}." if others else ""
    )


def _inputs(tuned: Tuned, axis: Axis) -> int:
    return len(node_at(tuned.grid.system.root, axis.path).inputs)


def _input_names(tuned: Tuned, axis: Axis) -> list[str]:
    nodes = node_at(tuned.grid.system.root, axis.path).inputs
    labels = [node.stage.label for node in nodes]
    return [
        f"{label} ({place})" if labels.count(label) > 1 else label
        for place, label in enumerate(labels, 1)
    ]


def _weights(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _columns(tuned: Tuned) -> dict[str, Sequence[Any]]:
    rows = tuned.points
    return {name: [row[name] for row in rows] for name in rows[0]}


def _help(tuned: Tuned) -> str:
    return safe.label(
        f"The mean {tuned.measure} of each setting over all queries. A broad plateau matters more "
        "than the highest single point: on it, chance does not decide.",
        600,
    )
