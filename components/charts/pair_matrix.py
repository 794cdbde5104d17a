"""Every system against every other as a matrix: who is better, by how much, how surely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain
from evaluation.reports.markup import chance

Values = npt.NDArray[np.float64]

WRITTEN = 12  # systems up to which the differences fit into the cells
LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class Cells:
    """What the matrix shows, row minus column; NaN where it is not known, as on the diagonal."""

    difference: Values
    low: Values
    high: Values
    p: Values


def pair_matrix_chart(theme: Theme, names: Sequence[str], cells: Cells) -> go.Figure:
    """Draw a cell per pair: blue where the row is better than the column, orange where worse.

    Pale cells are not separable at 5 %. Each cell carries `row * systems + column` as a click.
    """
    count = len(names)
    separable = cells.p <= LEVEL
    shown = np.where(separable, cells.difference, np.where(np.isnan(cells.difference), np.nan, 0))
    reach = float(np.nanmax(np.abs(np.append(shown, 1e-9)), initial=0.0)) or 1.0
    places = list(range(count))
    traces = [
        go.Heatmap(
            z=shown,
            x=places,
            y=places,
            zmin=-reach,
            zmax=reach,
            colorscale=_scale(theme),
            xgap=2,
            ygap=2,
            hoverinfo="skip",
            showscale=False,
            text=_texts(cells) if count <= WRITTEN else None,
            texttemplate="%{text}" if count <= WRITTEN else None,  # as small as the cell asks for
        ),
        _targets(names, cells),
    ]
    drawn = figure(theme, traces, ("", ""), max(220, 60 + 30 * count))
    ticks = {"tickmode": "array", "tickvals": places, "showgrid": False}
    labels = [f"{place + 1}  {plain(name, 22)}" for place, name in enumerate(names)]
    span = [-0.5, count - 0.5]
    drawn.update_yaxes(range=span[::-1], ticktext=labels, **ticks)
    drawn.update_xaxes(
        range=span, side="top", tickangle=0, ticktext=[str(place + 1) for place in places], **ticks
    )
    return drawn


def _scale(theme: Theme) -> list[tuple[float, str]]:
    """Go from loss to win; what is separable stands out from the grey, however small it is."""
    pale = [mixed(colour, theme.grid, 0.4) for colour in (theme.loss, theme.win)]
    return [
        (0, theme.loss), (0.4999, pale[0]), (0.4999, theme.grid),
        (0.5001, theme.grid), (0.5001, pale[1]), (1, theme.win),
    ]  # fmt: skip


def mixed(colour: str, other: str, share: float) -> str:
    """Mix two colours such as `#0f7ea8`: a share of the first, the rest of the second."""
    parts = [[int(each[start : start + 2], 16) for start in (1, 3, 5)] for each in (colour, other)]
    mix = [round(share * a + (1 - share) * b) for a, b in zip(*parts, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mix)


def _targets(names: Sequence[str], cells: Cells) -> go.Scatter:
    """Give the points that carry hover and click: a heat map alone cannot be clicked."""
    rows, columns = np.nonzero(~np.isnan(cells.difference))
    return go.Scatter(
        x=columns,
        y=rows,
        mode="markers",
        marker={"symbol": "square", "size": 22, "color": "rgba(0,0,0,0)"},
        customdata=rows * len(names) + columns,
        hovertext=[
            _hover(names, cells, place)
            for place in zip(rows.tolist(), columns.tolist(), strict=True)
        ],
        hoverinfo="text",
        showlegend=False,
        unselected={"marker": {"opacity": 1}},
    )


def _texts(cells: Cells) -> list[list[str]]:
    return [[_short(value) for value in row] for row in cells.difference.tolist()]


def _short(value: float) -> str:
    return f"{value:+.3f}".replace("0.", ".", 1) if value == value else ""


def _hover(names: Sequence[str], cells: Cells, place: tuple[int, int]) -> str:
    row, column = place
    p = float(cells.p[place])
    verdict = "separable" if p <= LEVEL else "not separable"
    return (
        f"{plain(names[row])}<br>minus {plain(names[column])}<br>"
        f"{cells.difference[place]:+.4f} "
        f"({cells.low[place]:+.4f} to {cells.high[place]:+.4f})<br>"
        f"{verdict}, corrected p {chance(p)}"
    )
