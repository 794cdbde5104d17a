"""The way back for what was deleted: an offer right after, and the whole trash."""

import streamlit as st

from components import errors, formats, safe, services, state
from evaluation.errors import EvaluationError
from evaluation.workspace import Stored

UNUSED_AFTER_S = 24 * 3600.0


def show_undo() -> None:
    """Offer to put back what was deleted a moment ago; the address holds its ticket."""
    ticket = state.here("undo")
    found = [item for item in services.workspace().discarded() if item.id == ticket]
    if not ticket or not found:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/delete: Deleted **{safe.label(found[0].name)}**.", width="stretch")
        st.button("Undo", icon=":material/undo:", on_click=_restore, args=(ticket,))
        st.button("Dismiss", type="tertiary", on_click=state.put_here, kwargs={"undo": None})


def show_trash() -> None:
    """Show everything that was deleted, with buttons to put it back or delete it for good."""
    items = services.workspace().discarded()
    if not items:
        st.caption("The trash is empty. Deleted collections, runs and experiments wait here.")
    for item in items:
        _show_item(item)
    _show_unused_uploads()


def _show_item(item: Stored) -> None:
    record = item.record
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{safe.label(item.name)}**")
            kind, when = record["kind"].removesuffix("s"), formats.ago(record["deleted"])
            days = formats.plural(services.workspace().trash.days_left(item), "day")
            st.caption(
                f"{kind} · {formats.size(record['bytes'])} · deleted {when} · kept {days} more"
            )
        st.button(
            "Restore",
            icon=":material/restore_from_trash:",
            key=state.widget_key(f"restore {item.id}"),
            on_click=_restore,
            args=(item.id,),
        )
        if st.button(
            "Delete for good",
            type="tertiary",
            icon=":material/delete_forever:",
            key=state.widget_key(f"purge {item.id}"),
        ):
            _confirm_purge(item)


def _show_unused_uploads() -> None:
    """Offer to delete files that were uploaded and never imported; a running import keeps them."""
    unused = services.workspace().places.unused_uploads(UNUSED_AFTER_S)
    if not unused or any(job.kind == "import" for job in services.jobs().live()):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.markdown("**Uploads that were never imported**")
            size = formats.size(sum(each["bytes"] for each in unused))
            st.caption(f"{formats.plural(len(unused), 'upload')} · {size} · older than a day")
        st.button(
            "Delete for good",
            type="tertiary",
            icon=":material/delete_forever:",
            key=state.widget_key("forget uploads"),
            on_click=_forget_uploads,
            args=(tuple(each["source"] for each in unused),),
        )


def _forget_uploads(sources: tuple[str, ...]) -> None:
    for source in sources:
        services.workspace().places.forget(source)


@st.dialog("Delete for good")
def _confirm_purge(item: Stored) -> None:
    size = formats.size(item.record["bytes"])
    st.markdown(f"**{safe.label(item.name)}** ({size}) cannot be brought back afterwards.")
    if st.button("Delete for good", type="primary", on_click=_purge, args=(item.id,)):
        st.rerun()


def _restore(ticket: str) -> None:
    try:
        services.workspace().restore(ticket)
    except EvaluationError as error:
        errors.show(error)
        return
    state.put_here(undo=None)
    st.toast("It is back.", icon=":material/check_circle:")


def _purge(ticket: str) -> None:
    try:
        services.workspace().purge(ticket)
    except EvaluationError as error:
        errors.show(error)
