"""Showing a figure: in the visitor's colours, downloadable as a picture, clickable if wanted."""

import re
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from components.charts.theme import Theme, theme_of

BUTTONS = ["zoom2d", "pan2d", "select2d", "lasso2d", "autoScale2d"]


def theme() -> Theme:
    """Give the colours of charts in the visitor's colour scheme."""
    return theme_of(st.context.theme.type)


def show_plot(figure: go.Figure, alt: str) -> None:
    """Show a figure; `alt` says what it holds to those who cannot see it."""
    st.plotly_chart(figure, config=_config(alt), alt=alt)


def show_clickable(figure: go.Figure, alt: str, key: str) -> int | None:
    """Show a figure whose points carry row numbers; gives the row of a clicked point."""
    picked = st.plotly_chart(
        figure,
        config=_config(alt),
        alt=alt,
        key=key,
        on_select="rerun",
        selection_mode="points",
    )
    points = picked["selection"]["points"] if picked else []
    given = points[0].get("customdata") if points else None
    given = given[0] if isinstance(given, list) and given else given
    return int(given) if isinstance(given, int | float) else None


def _config(alt: str) -> dict[str, Any]:
    name = re.sub(r"[^a-z0-9]+", "-", alt.lower())[:60].strip("-")
    return {
        "displaylogo": False,
        "modeBarButtonsToRemove": BUTTONS,
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }
