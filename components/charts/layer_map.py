"""A map over the layers and dimensions of an encoder: a row per layer, a column per width."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.charts.theme import Theme, figure


def layer_map(
    theme: Theme,
    values: Mapping[tuple[int, int], float],
    form: str,
    fewer_is_better: bool = False,
) -> go.Figure:
    """Draw one value for each (layers, dimensions); a place without one stays empty.

    Args:
        theme: the colours.
        values: by layers and dimensions.
        form: how a value is written, such as `.3f`.
        fewer_is_better: turns the colours round, so that the strong ones are the good ones.
    """
    rows = sorted({layers for layers, _ in values})
    columns = sorted({width for _, width in values})
    table = [[values.get((layers, width)) for width in columns] for layers in rows]
    written = [[_written(value, form) for value in row] for row in table]
    scale = [theme.grid, theme.series[0]]
    trace = go.Heatmap(
        x=[str(width) for width in columns],
        y=[str(layers) for layers in rows],
        z=table,
        text=written,
        texttemplate="%{text}",
        hovertemplate="layers %{y}, dimensions %{x}<br>%{text}<extra></extra>",
        colorscale=list(zip((0.0, 1.0), scale[::-1] if fewer_is_better else scale, strict=True)),
        showscale=False,
        xgap=2,
        ygap=2,
        showlegend=False,
    )
    drawn = figure(theme, [trace], ("dimensions", "layers"), max(220, 110 + 36 * len(rows)))
    drawn.update_xaxes(type="category", showgrid=False)
    drawn.update_yaxes(type="category", showgrid=False)
    return drawn


def _written(value: float | None, form: str) -> str:
    return "" if value is None or value != value else format(value, form)


def shown_values(
    cells: Sequence[tuple[int, int, float]],
) -> dict[tuple[int, int], float]:
    """Give values by place; those that are not known (NaN) are left out."""
    return {(layers, width): value for layers, width, value in cells if value == value}
