"""The way back for what was deleted: an offer right after, and the whole trash."""

from collections.abc import Sequence

import streamlit as st

from components import changes, deletion, errors, formats, safe, services, state
from evaluation.dependents import Dependents, of_discarded, of_upload
from evaluation.errors import EvaluationError
from evaluation.trash import KINDS
from evaluation.undo import discard_upload, put_back
from evaluation.workspace import Stored

UNUSED_AFTER_S = 24 * 3600.0
MOST_TICKETS = 20  # that an address carries; more are put back from the trash
FINAL = "This cannot be undone: it leaves the trash for good."


def offer_undo(tickets: Sequence[str]) -> None:
    """Let the page that is shown next offer to put back what was deleted."""
    state.put_here(undo=",".join(tickets) if len(tickets) <= MOST_TICKETS else None)


def show_undo() -> None:
    """Offer to put back what was deleted a moment ago; the address holds its tickets."""
    tickets = state.here("undo").split(",")
    found = [item for item in services.workspace().discarded() if item.id in tickets]
    if not found:
        return
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    days = formats.plural(min(services.workspace().trash.days_left(item) for item in found), "day")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/delete: Deleted **{safe.label(found[0].name)}**{more}. "
            f"The trash keeps it for {days}.",
            width="stretch",
        )
        ids = tuple(item.id for item in found)
        changes.button("Undo", icon=":material/undo:", on_click=_restore, args=(ids,))
        st.button("Dismiss", type="tertiary", on_click=state.put_here, kwargs={"undo": None})


def show_trash() -> None:
    """Show everything that was deleted, with buttons to put it back or delete it for good."""
    items = services.workspace().discarded()
    if items:
        _show_summary(items)
    else:
        st.caption("The trash is empty. Whatever is deleted waits here for 30 days.")
    for item in items:
        _show_item(item)
    _show_unused_uploads()


def _show_summary(items: Sequence[Stored]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        size = formats.size(sum(float(item.record["bytes"]) for item in items))
        st.caption(f"{formats.plural(len(items), 'item')}, {size}.", width="stretch")
        if changes.button(
            "Empty the trash",
            type="tertiary",
            icon=":material/delete_sweep:",
            key=state.widget_key("empty trash"),
        ):
            _confirm_purge(_purged(items), tuple(item.id for item in items))


def _show_item(item: Stored) -> None:
    record = item.record
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{safe.label(item.name)}**")
            kind, when = KINDS[record["kind"]], formats.ago(record["deleted"])
            days = formats.plural(services.workspace().trash.days_left(item), "day")
            st.caption(
                f"{kind} · {formats.size(record['bytes'])} · deleted {when} · kept {days} more"
            )
        changes.button(
            "Restore",
            icon=":material/restore_from_trash:",
            key=state.widget_key(f"restore {item.id}"),
            on_click=_restore,
            args=((item.id,),),
        )
        if changes.button(
            "Delete for good",
            type="tertiary",
            icon=":material/delete_forever:",
            key=state.widget_key(f"purge {item.id}"),
        ):
            _confirm_purge(_purged([item]), (item.id,))


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
        if changes.button(
            "Delete",
            type="tertiary",
            icon=":material/delete:",
            key=state.widget_key("forget uploads"),
        ):
            sources = tuple(each["source"] for each in unused)
            jobs = services.jobs()
            _confirm_uploads(
                [of_upload(services.workspace(), jobs, each) for each in sources], sources
            )


@st.dialog("Delete these uploads?")
def _confirm_uploads(found: Sequence[Dependents], sources: tuple[str, ...]) -> None:
    if deletion.show_question(*found) and st.button(
        "Delete",
        type="primary",
        icon=":material/delete:",
        on_click=_delete_uploads,
        args=(sources,),
    ):
        st.rerun()


def _delete_uploads(sources: tuple[str, ...]) -> None:
    workspace, jobs = services.workspace(), services.jobs()
    try:
        offer_undo([discard_upload(workspace, jobs, source) for source in sources])
    except EvaluationError as error:
        errors.show(error)


def _purged(items: Sequence[Stored]) -> list[Dependents]:
    return [of_discarded(services.workspace(), item) for item in items]


@st.dialog("Delete for good?")
def _confirm_purge(found: Sequence[Dependents], ids: tuple[str, ...]) -> None:
    if deletion.show_question(*found, note=FINAL) and st.button(
        "Delete for good", type="primary", on_click=_purge, args=(ids,)
    ):
        st.rerun()


def _restore(tickets: tuple[str, ...]) -> None:
    known = {item.id: item for item in services.workspace().discarded()}
    for ticket in tickets:
        try:
            put_back(services.workspace(), services.jobs(), ticket)
        except EvaluationError as error:
            errors.show(error)
            return
        if known[ticket].record["kind"] == "uploads":  # where the upload goes on
            state.put_here(upload=known[ticket].record["id"])
    state.put_here(undo=None)
    st.toast("It is back.", icon=":material/check_circle:")


def _purge(tickets: tuple[str, ...]) -> None:
    for ticket in tickets:
        try:
            services.workspace().purge(ticket)
        except EvaluationError as error:
            errors.show(error)
