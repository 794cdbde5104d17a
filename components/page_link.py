"""A link to what is on the page, ready to be copied; a page that ends early has none."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from components import state

# what result pages remember from earlier in the visit; on other pages it is not part of the view
REMEMBERED = ("measure", "baseline", "systems", "query", "depth", "order", "facets", "group")
WITHOUT = ("", "overview", "collections", "experiment", "workspace")


def show_link(page: str) -> None:
    """Offer the link of this view at the end of the side bar."""
    with st.sidebar.popover("Copy link", icon=":material/link:", key=state.widget_key("link")):
        st.caption("Opens this view with all that is selected, for whoever reaches this server.")
        st.code(link_to(page), language=None, wrap_lines=True)


def link_to(page: str) -> str:
    """Give the address of a page with its selections, also those that are only remembered."""
    chosen = state.whole(*(() if page in WITHOUT else REMEMBERED))
    base = urlsplit(st.context.url or "")
    return urlunsplit((base.scheme, base.netloc, base.path or f"/{page}", urlencode(chosen), ""))
