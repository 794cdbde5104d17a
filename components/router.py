"""The menu over `pages/`, and the guard that every page file starts with.

With a `pages/` folder beside the entry script, Streamlit runs the page file alone when the first
request after a start is a deep link. The guard notices that and goes through `main` instead.
"""

import threading
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import errors, page_link, shell, sign_in, visitor
from evaluation import log

ROOT = Path(__file__).resolve().parent.parent
SECTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "": (("overview", "Overview", ":material/home:"),),
    "Evaluate": (
        ("leaderboard", "Leaderboard", ":material/leaderboard:"),
        ("compare", "Compare", ":material/compare_arrows:"),
        ("slices", "Slices", ":material/segment:"),
        ("query", "Query", ":material/manage_search:"),
        ("stages", "Stages", ":material/account_tree:"),
        ("across", "Across collections", ":material/view_column:"),
        ("search", "Search", ":material/search:"),
        ("methods", "Methods", ":material/menu_book:"),
    ),
    "Set up": (
        ("collections", "Collections", ":material/database:"),
        ("experiment", "Experiment", ":material/play_circle:"),
        ("tuning", "Tuning", ":material/tune:"),
        ("interpolation", "Interpolation", ":material/join_inner:"),
        ("indexes", "Indexes", ":material/layers:"),
        ("workspace", "Workspace", ":material/inventory_2:"),
    ),
}
_running = threading.local()


def main() -> None:
    """Draw the shell and the menu, then run the page the address names; a login goes before."""
    st.set_page_config(
        page_title="RankLab", page_icon=str(ROOT / "static" / "icon.svg"), layout="wide"
    )
    shell.show_logo(ROOT)
    known = visitor.known()
    page = st.navigation(_menu(), expanded=True, position="sidebar" if known else "hidden")
    if not sign_in.let_in(ROOT, page.url_path):
        return
    _running.on = True
    try:
        with page_link.link_shown(page.url_path), errors.shown():
            page.run()
    except Exception as error:
        log.fault("page fault", error, page=page.url_path or "overview")
        raise
    finally:
        _running.on = False
        shell.show_version()


def guard() -> None:
    """Go through the front door if the page was started alone; first statement of every page."""
    if not getattr(_running, "on", False):
        main()
        st.stop()


def path(name: str) -> str:
    """Give the file of a page, as `st.switch_page` and `st.page_link` want it."""
    return f"pages/{name}.py"


def _menu() -> dict[str, list[StreamlitPage]]:
    return {
        section: [
            st.Page(ROOT / path(name), title=title, icon=icon, default=name == "overview")
            for name, title, icon in pages
        ]
        for section, pages in SECTIONS.items()
    }
