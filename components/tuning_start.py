"""The last card of a grid: how many settings, what they cost, and the start."""

import streamlit as st

from components import changes, errors, formats, safe, services, state
from components import tuning_draft as drafts
from components.errors import show
from components.run_estimate import show_total
from evaluation.errors import EvaluationError
from evaluation.experiment import MEASURES, experiment_problems
from evaluation.grid import Grid

NAME = state.widget_key("tuning name")
MEASURE = state.widget_key("tuning measure")


def show_start() -> None:
    """Show what is left to decide, the number of settings, the time they take, and the button."""
    with st.container(border=True, gap="small"):
        st.subheader("Run it", anchor=False)
        _pick_measure()
        _pick_name()
        fault = _show_size()
        changes.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            width="stretch",
            key=state.widget_key("start grid"),
            disabled=bool(fault),
            on_click=_start,
        )
        st.caption("It runs in the background: close the page, come back, or cancel at any time.")
    if state.draft("fault grid", ""):
        show(state.draft("fault grid", ""))


def _pick_measure() -> None:
    st.session_state[MEASURE] = drafts.current().measure
    st.selectbox(
        "Tune for",
        list(dict.fromkeys([drafts.current().measure, *MEASURES])),
        key=MEASURE,
        on_change=lambda: drafts.change(measure=st.session_state[MEASURE]),
        help="The best setting is the one with the highest mean. The other measures are kept, too.",
    )


def _pick_name() -> None:
    st.session_state[NAME] = drafts.current().name
    st.text_input(
        "Name",
        key=NAME,
        max_chars=200,
        placeholder="Named after what is varied",
        on_change=lambda: drafts.change(name=str(st.session_state[NAME]).strip()),
    )


def _show_size() -> str:
    """Show the number of settings and the time; gives why it cannot be started, or ""."""
    draft = drafts.current()
    try:
        grid = draft.grid()
        if grid is None:
            st.caption("Choose a system, a parameter and its values.")
            return "nothing is varied"
        faults = _problems(grid)
    except EvaluationError as error:
        st.markdown(f":orange[:material/error:] {safe.label(error, 1000)}")
        return str(error)
    parts = " x ".join(str(len(axis.values)) for axis in grid.axes)
    product = f" ({parts})" if len(grid.axes) > 1 else ""
    st.markdown(f"**{formats.plural(grid.size, 'setting')}**{product}")
    for fault in faults[:5]:
        st.markdown(f":orange[:material/error:] {safe.label(fault, 1000)}")
    if not faults:
        show_total(draft.experiment(grid, ""))
    return " ".join(faults)


def _problems(grid: Grid) -> list[str]:
    draft = drafts.current()
    if not draft.split:
        return ["There are no judgements to tune for. Choose a collection that has some."]
    collection = services.collection(draft.collection)
    return experiment_problems(draft.experiment(grid, collection.name), collection)


@errors.told()
def _start() -> None:
    """Store the grid as an experiment, queue its job, and open it on this page."""
    draft = drafts.current()
    try:
        grid = draft.grid()
        faults = _problems(grid) if grid else ["Nothing is varied. Choose a parameter."]
    except EvaluationError as error:
        grid, faults = None, [str(error)]
    state.keep_draft("fault grid", " ".join(faults))
    if grid is None or faults:
        return
    experiment = draft.experiment(grid, services.collection(draft.collection).name)
    experiment_id, _ = services.start(experiment)
    state.put(grid=experiment_id)
