"""What is stored and cannot be listed, because its record was damaged on the disk."""

import streamlit as st

from components import safe, services


def show_damage() -> None:
    """Name what the lists leave out; nothing if everything can be read."""
    for sentence in services.workspace().damaged():
        st.warning(safe.label(sentence, limit=2000), icon=":material/broken_image:")
