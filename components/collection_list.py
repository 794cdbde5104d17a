"""All collections as cards, with imports that are still running."""

import streamlit as st

from components import collection_card, job_progress, services, shell, state, trash
from evaluation.workspace import Stored

MANY = 9


def show_collections() -> None:
    """Show every collection; a workspace without any says how to get one."""
    stored = services.workspace().collections()
    with shell.head("Collections", "Documents, queries and judgements to evaluate systems on."):
        st.button(
            "Add a collection",
            type="primary",
            icon=":material/add:",
            on_click=state.put_here,
            kwargs={"add": "upload"},
        )
    trash.show_undo()
    show_running_imports()
    if not stored:
        _show_empty()
    elif len(stored) > MANY:
        _show_cards(_chosen(stored))
    else:
        _show_cards(stored)


def show_running_imports() -> None:
    """Show imports and probes that wait or run, and the one that the address names."""
    live = [job.id for job in services.jobs().live() if job.kind in ("import", "probe")]
    named = state.here("job")
    for job_id in dict.fromkeys([*([named] if named else []), *live]):
        job_progress.show_job(job_id)


def _chosen(stored: list[Stored]) -> list[Stored]:
    """Let the visitor narrow a long list by name."""
    key = state.widget_key("collection filter")
    text = st.text_input("Filter", key=key, type="search", placeholder="Filter by name")
    return [each for each in stored if (text or "").lower() in each.name.lower()]


def _show_cards(stored: list[Stored]) -> None:
    with st.grid(3, min_column_width=290, border=True) as grid:
        for each in stored:
            with grid.cell():
                collection_card.show_card(each)


def _show_empty() -> None:
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.subheader("No collections yet", anchor=False, text_alignment="center")
        st.caption(
            "A collection is a set of documents with queries and judgements. Bring your own "
            "files, or take one of the bundled demo collections.",
            text_alignment="center",
        )
        with st.container(horizontal=True, horizontal_alignment="center"):
            for label, source, icon in (
                ("Upload files", "upload", ":material/upload:"),
                ("Add a demo collection", "demo", ":material/science:"),
            ):
                st.button(label, icon=icon, on_click=state.put_here, kwargs={"add": source})
        st.space("small")
