"""One page in several sections: a row of names, the chosen one in the address."""

from collections.abc import Mapping

import streamlit as st

from components import state


def pick_section(sections: Mapping[str, str], name: str, key: str = "tab") -> str:
    """Show the sections as a row of buttons and give the chosen one.

    Args:
        sections: names for the address, each with its label; the first is shown at first.
        name: of this row, so that two rows do not share a widget.
        key: the selection in the address. Page, filter and job belong to the section that is
            left, and are forgotten with it.
    """
    widget = state.widget_key(f"section {name}")
    chosen = state.here(key)
    st.session_state[widget] = chosen if chosen in sections else next(iter(sections))
    st.segmented_control(
        "Section",
        list(sections),
        format_func=sections.__getitem__,
        required=True,
        key=widget,
        label_visibility="collapsed",
        on_change=lambda: state.put_here(
            **{key: st.session_state[widget]}, page=None, filter=None, job=None
        ),
    )
    return str(st.session_state[widget])
