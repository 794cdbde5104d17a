"""A link to what is on the page, ready to be copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state

# what result pages remember from earlier in the visit; on other pages it is not part of the view
REMEMBERED = ("measure", "baseline", "systems", "query", "depth", "order", "facets", "group")
WITHOUT = ("", "overview", "collections", "experiment", "workspace")


@contextmanager
def link_shown(page: str) -> Iterator[None]:
    """Offer the link of this view in the side bar, while the block draws the page.

    It is there from the start, because a page may end early; where drawing the page changed what
    is selected, it is replaced.
    """
    place, before = st.sidebar.empty(), link_to(page)
    _show(place, before, "link")
    yield
    after = link_to(page)
    if after != before:
        _show(place, after, "link after all")


def _show(place: DeltaGenerator, link: str, key: str) -> None:
    with place.popover("Copy link", icon=":material/link:", key=state.widget_key(key)):
        st.caption("Opens this view with all that is selected, for whoever reaches this server.")
        st.code(link, language=None, wrap_lines=True)


def link_to(page: str) -> str:
    """Give the address of a page with its selections, also those that are only remembered."""
    chosen = state.whole(*(() if page in WITHOUT else REMEMBERED))
    base = urlsplit(st.context.url or "")
    return urlunsplit((base.scheme, base.netloc, base.path or f"/{page}", urlencode(chosen), ""))
