"""All experiments with what they take on disk, to open or to delete."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import errors, formats, safe, services, state
from evaluation.errors import EvaluationError
from evaluation.files import folder_bytes
from evaluation.store import list_experiments

TABLE = state.widget_key("experiment table")
Record = dict[str, Any]


def show_experiments() -> None:
    """Show every experiment; a selected one can be opened, selected ones can be deleted."""
    records = list_experiments(services.workspace())
    if not records:
        st.info(
            "There are no experiments yet. Set one up on the Experiment page.",
            icon=":material/info:",
        )
        return
    st.caption(f"{formats.plural(len(records), 'experiment')}. Select rows to open or delete.")
    chosen = _table(records)
    with st.container(horizontal=True):
        grid = len(chosen) == 1 and chosen[0]["grid"]
        label = "Open the grid" if grid else "Open the leaderboard"
        if st.button(label, icon=":material/leaderboard:", disabled=len(chosen) != 1):
            if grid:
                state.go("tuning", grid=chosen[0]["id"])
            state.go("leaderboard", experiment=chosen[0]["id"], baseline="", systems="", query="")
        if st.button(
            f"Delete {formats.plural(len(chosen), 'experiment')}" if chosen else "Delete",
            icon=":material/delete:",
            disabled=not chosen,
            key=state.widget_key("delete experiments"),
        ):
            _confirm(chosen)


def _table(records: Sequence[Record]) -> list[Record]:
    workspace = services.workspace()
    event = st.dataframe(
        [
            {
                "Experiment": record["name"],
                "Collection": record["collection_name"],
                "Split": record["split"],
                "Systems": _count(record),
                "Created": formats.ago(record["created"]),
                "Size": folder_bytes(workspace.experiment_folder(record["id"])),
            }
            for record in records
        ],
        hide_index=True,
        key=TABLE,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "Systems": st.column_config.TextColumn(help="Systems with results, of all."),
            "Size": st.column_config.NumberColumn(format="bytes", help="Rankings and scores."),
        },
    )
    return [records[place] for place in event["selection"]["rows"] if place < len(records)]


def _count(record: Record) -> str:
    if record["grid"]:
        return f"grid, {formats.plural(record['grid'], 'point')}"
    return f"{record['done']} of {len(record['systems'])}"


@st.dialog("Delete experiments?")
def _confirm(records: Sequence[Record]) -> None:
    busy = {job.payload.get("experiment") for job in services.jobs().live()}
    running = [record["name"] for record in records if record["id"] in busy]
    if running:
        errors.show(f"{running[0]!r} is being run. Wait for its end, or cancel it first.")
        return
    st.markdown(", ".join(f"**{safe.label(record['name'])}**" for record in records))
    st.caption(
        "They go to the trash, from where they can be put back. The cache is kept: running the "
        "same systems again is quick."
    )
    ids = tuple(str(record["id"]) for record in records)
    if st.button("Delete", type="primary", on_click=_delete, args=(ids,)):
        st.rerun()


def _delete(ids: tuple[str, ...]) -> None:
    ticket = ""
    for experiment_id in ids:
        try:
            ticket = services.workspace().discard("experiments", experiment_id)
        except EvaluationError as error:
            errors.show(error)
        state.exchange("experiment", experiment_id, "")
    st.session_state.pop(TABLE, None)  # the selection meant rows that are gone
    state.put_here(undo=ticket if len(ids) == 1 else None)
