"""A search field and pages over a long list; both in the address."""

import streamlit as st

from components import state

ROWS = 50


def search_field(placeholder: str) -> str:
    """Show a search field and give what is searched for; a new search starts on its first page."""
    key = state.widget_key("filter")
    st.session_state[key] = state.here("filter")
    st.text_input(
        "Search",
        key=key,
        type="search",
        placeholder=placeholder,
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=200,
        on_change=lambda: state.put_here(filter=st.session_state[key].strip(), page=None),
    )
    return state.here("filter")[:200]


def page_number(last: int | None = None) -> int:
    """Give the chosen page, from 1; at most `last` if that is known."""
    text = state.here("page")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return max(1, min(number, last) if last else number)


def pages_of(total: int) -> int:
    """Count the pages that a number of rows takes."""
    return max(1, -(-total // ROWS))


def turn_pages(number: int, last: int) -> None:
    """Show the page numbers where there is more than one page."""
    if last <= 1:
        return
    key = state.widget_key(f"page {number} of {last}")  # the address decides, not the last click
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.pagination(
            last,
            default=number,
            key=key,
            on_change=lambda: state.put_here(page=st.session_state[key]),
        )
