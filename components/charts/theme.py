"""How every chart looks: colours for light and dark, one layout, names shown as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

FONT = "Inter, system-ui, sans-serif"
DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class Theme:
    """The colours of one colour scheme; the same as in `.streamlit/config.toml`.

    Attributes:
        text: of titles and values.
        muted: of axis labels.
        grid: of grid lines.
        paper: of the page, for outlines.
        win: where the second system is better (blue, with `loss` safe for colour-blind eyes).
        loss: where it is worse (orange).
        series: one colour per system, repeated with another line pattern when they run out.
    """

    text: str
    muted: str
    grid: str
    paper: str
    win: str
    loss: str
    series: tuple[str, ...]

    def colour(self, place: int) -> str:
        """Give the colour of the system at a place."""
        return self.series[place % len(self.series)]

    def line(self, place: int) -> dict[str, Any]:
        """Give the line of the system at a place: its colour, and a pattern of its own."""
        dash = DASHES[place // len(self.series) % len(DASHES)]
        return {"color": self.colour(place), "dash": dash, "width": 2}


LIGHT = Theme(
    text="#14162b",
    muted="#666c80",
    grid="#e6e8f0",
    paper="#ffffff",
    win="#0f7ea8",
    loss="#e0731d",
    series=(
        "#4f46e5", "#0f7ea8", "#e0731d", "#0f9b6c", "#b5359c", "#8a6d1a", "#5b6478", "#c2334d",
    ),
)  # fmt: skip
DARK = Theme(
    text="#eceef8",
    muted="#9aa0b6",
    grid="#272b40",
    paper="#0f1220",
    win="#22a7cc",
    loss="#f5a04c",
    series=(
        "#8b85ff", "#22a7cc", "#f5a04c", "#34c796", "#e277cf", "#d3b24f", "#9aa3b8", "#f0718a",
    ),
)  # fmt: skip


def theme_of(scheme: str | None) -> Theme:
    """Give the theme of a colour scheme: "dark", or light for anything else."""
    return DARK if scheme == "dark" else LIGHT


def plain(text: object, limit: int = 60) -> str:
    """Make any text show as itself in a figure, which otherwise reads some HTML.

    A long one loses its middle: names of systems often differ at the end.
    """
    shown = str(text)
    if len(shown) > limit:
        shown = f"{shown[: limit * 2 // 3]}…{shown[len(shown) - limit + limit * 2 // 3 + 1 :]}"
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def figure(
    theme: Theme, traces: Sequence[Any], axes: tuple[str, str], height: int = 360
) -> go.Figure:
    """Put traces into a figure with the titles of its two axes.

    The figure is as wide as its place, and grows with its legend, which stands below. Shapes and
    notes must be given the theme's colours.
    """
    names = sum(trace.showlegend is not False for trace in traces)
    axis = {
        "gridcolor": theme.grid,
        "zeroline": False,
        "linecolor": theme.grid,
        "tickfont": {"color": theme.muted, "size": 12},
        "automargin": True,
        "fixedrange": False,
    }
    layout = {
        "height": height + (18 * names if names > 1 else 0),
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "font": {"family": FONT, "color": theme.text, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"align": "left", "font": {"family": FONT, "size": 12}},
        "legend": {
            "font": {"color": theme.text, "size": 12},
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
        },
        "xaxis": axis | {"title": {"text": axes[0], "font": {"color": theme.muted, "size": 12}}},
        "yaxis": axis | {"title": {"text": axes[1], "font": {"color": theme.muted, "size": 12}}},
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": theme.muted,
            "activecolor": theme.text,
        },
        "dragmode": False,
    }
    return go.Figure(list(traces), layout)  # at once: updating costs ten times as much


def note(drawn: go.Figure, theme: Theme, text: str, **place: Any) -> None:
    """Write a small muted note into a figure."""
    font = {"color": theme.muted, "size": 12}
    drawn.add_annotation(text=text, showarrow=False, font=font, **place)
