"""All experiments with what they take on disk, to open or to delete."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import changes, deletion, errors, formats, services, state
from components.trash import offer_undo
from evaluation.dependents import Dependents, of_experiment
from evaluation.errors import EvaluationError
from evaluation.files import folder_bytes
from evaluation.store import list_experiments

TABLE = state.widget_key("experiment table")
CACHED = "The cache is kept: running the same systems again is quick."
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
        if changes.button(
            f"Delete {formats.plural(len(chosen), 'experiment')}" if chosen else "Delete",
            icon=":material/delete:",
            disabled=not chosen,
            key=state.widget_key("delete experiments"),
        ):
            ids = tuple(str(record["id"]) for record in chosen)
            jobs = services.jobs()
            _confirm([of_experiment(services.workspace(), jobs, each) for each in ids], ids)


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
def _confirm(found: Sequence[Dependents], ids: tuple[str, ...]) -> None:
    if deletion.show_question(*found, note=f"{deletion.BACK} {CACHED}") and st.button(
        "Delete", type="primary", icon=":material/delete:", on_click=_delete, args=(ids,)
    ):
        st.rerun()


@errors.told()
def _delete(ids: tuple[str, ...]) -> None:
    workspace, tickets = services.workspace(), []
    for experiment_id in ids:
        try:
            of_experiment(workspace, services.jobs(), experiment_id).require_idle()
            tickets.append(workspace.discard("experiments", experiment_id))
        except EvaluationError as error:
            errors.show(error)
            continue
        state.exchange("experiment", experiment_id, "")
    st.session_state.pop(TABLE, None)  # the selection meant rows that are gone
    offer_undo(tickets)
