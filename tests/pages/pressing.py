"""Selecting rows of tables and pressing buttons on a page."""

from streamlit.testing.v1 import AppTest

from tests.shown import sound


def select(app: AppTest, key: str, *rows: int) -> AppTest:
    """Select rows of a table."""
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return sound(app.run())


def press(app: AppTest, label: str, place: int = -1) -> AppTest:
    """Press the last button whose label begins so (the one in a dialog stands behind)."""
    found = [button for button in app.button if button.label.startswith(label)]
    found[place].click()
    return sound(app.run())
