"""The frame around every page: logo, page head, cards, empty states."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from components import safe
from evaluation.version import revision, version


def show_logo(root: Path) -> None:
    """Show the logo at the top of the side bar."""
    st.logo(
        str(root / "static" / "logo.svg"),
        icon_image=str(root / "static" / "icon.svg"),
        size="large",
    )


def show_version() -> None:
    """Say at the foot of the side bar which version this is; a report of a fault needs it."""
    built = f" · {revision()}" if revision() else ""
    st.sidebar.caption(
        f"RankLab {version()}{built}", help="More on the Workspace page, Environment: to copy."
    )


@contextmanager
def head(title: str, caption: str = "") -> Iterator[None]:
    """Show title and one line of context on the left; the block fills the controls on the right.

    Title and caption are plain text: nothing in them is read as Markdown.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width="content"):  # so that the controls wrap below on a narrow screen
            st.title(safe.label(title), anchor=False)
            if caption:
                st.caption(safe.label(caption))
        st.space("stretch")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            yield


def empty(title: str, text: str, links: dict[str, str] | None = None) -> None:
    """Say why there is nothing to see and what to do: `links` maps page names to labels."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.subheader(safe.label(title), anchor=False, text_alignment="center")
        st.caption(safe.label(text), text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            for page, label in (links or {}).items():
                st.page_link(f"pages/{page}.py", label=label, icon=":material/arrow_forward:")
        st.space("small")
