"""Choosing files or folders from the server's import folder, for what is too large to upload."""

from pathlib import Path
from typing import Any

import streamlit as st

from components import formats, kept, services, state
from evaluation.files import changed_at


def has_folder() -> bool:
    """Say whether this server has an import folder."""
    return services.workspace().places.root is not None


def pick_from_folder(label: str, placeholder: str, several: bool) -> list[str]:
    """Show what lies in the import folder; gives the source strings of what is chosen.

    Without such a folder, or where it is empty, a sentence says so.
    """
    places = services.workspace().places
    if places.root is None:
        st.info(
            "This server has no import folder. Whoever runs it can name one with the environment "
            "variable RANKLAB_IMPORT_ROOT; what lies in it can then be imported at any size.",
            icon=":material/info:",
        )
        return []
    found = {each["name"]: each for each in _candidates(*_root_state(places.root))}
    if not found:
        st.info("The server's import folder is empty.", icon=":material/info:")
        return []
    settings: dict[str, Any] = {
        "placeholder": placeholder,
        "format_func": lambda name: f"{name} ({formats.size(found[name]['bytes'])})",
        "key": state.widget_key(f"import folder {several}"),
    }
    if several:
        chosen = st.multiselect(label, list(found), **settings)
    else:
        one = st.selectbox(label, list(found), index=None, **settings)
        chosen = [one] if one else []
    return [found[name]["source"] for name in chosen]


def _root_state(root: Path) -> tuple[str, int]:
    """Give the import folder and when something was last added to it or taken away."""
    return str(root), changed_at(root)


@kept.data(ttl=60, max_entries=100, show_spinner="Looking into the import folder")
def _candidates(root: str, changed: int) -> list[dict[str, Any]]:
    """List the import folder; adding up sizes takes long in a large one, so not at every click."""
    del root, changed
    return services.workspace().places.candidates()
