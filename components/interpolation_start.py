"""The last card of a grid of arms: how many systems, what they cost, and the start."""

import streamlit as st

from components import changes, errors, formats, safe, services, state
from components import interpolation_draft as drafts
from components.errors import show
from components.run_estimate import show_total
from evaluation.errors import EvaluationError
from evaluation.experiment import MEASURES, experiment_problems
from evaluation.interpolation import MOST_SYSTEMS, Interpolation

NAME = state.widget_key("interpolation name")
MEASURE = state.widget_key("interpolation measure")


def show_start() -> None:
    """Show what is left to decide, the number of systems, the time they take, and the button."""
    with st.container(border=True, gap="small"):
        st.subheader("Run it", anchor=False)
        _pick_measure_and_name()
        plan, faults = _planned()
        if plan:
            _show_size(plan)
        for fault in faults[:5]:
            st.markdown(f":orange[:material/error:] {safe.label(fault, 1000)}")
        if plan and not faults:
            show_total(drafts.current().experiment(plan, ""))
        changes.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            width="stretch",
            key=state.widget_key("start interpolation"),
            disabled=bool(faults),
            on_click=_start,
        )
        st.caption("It runs in the background: close the page, come back, or cancel at any time.")
    if state.draft("fault interpolation", ""):
        show(state.draft("fault interpolation", ""))


def _pick_measure_and_name() -> None:
    draft = drafts.current()
    st.session_state[MEASURE], st.session_state[NAME] = draft.measure, draft.name
    st.selectbox(
        "Measure shown first",
        list(dict.fromkeys([draft.measure, *MEASURES])),
        key=MEASURE,
        on_change=lambda: drafts.change(measure=st.session_state[MEASURE]),
        help="The other measures are kept, too.",
    )
    st.text_input(
        "Name",
        key=NAME,
        max_chars=200,
        placeholder="Named after the two retrievers",
        on_change=lambda: drafts.change(name=str(st.session_state[NAME]).strip()),
    )


def _show_size(plan: Interpolation) -> None:
    weights, normalisers, kinds = plan.weights, plan.normalisers, plan.feedbacks
    st.markdown(
        f"**{formats.plural(plan.size, 'system')}**",
        help=f"At most {MOST_SYSTEMS}. They share indexes and every stage they have in common.",
    )
    st.caption(
        f"Two alone, and {formats.plural(len(weights), 'weight')} x "
        f"{formats.plural(len(normalisers), 'normaliser')} x (no feedback + 3 arms x "
        f"{formats.plural(len(kinds), 'kind')} of feedback)."
    )


def _planned() -> tuple[Interpolation | None, list[str]]:
    """Give the grid and why it cannot be started; no grid where it is not well-formed."""
    draft = drafts.current()
    try:
        plan = draft.plan()
        if plan is None:
            return None, [
                "Mixing takes a sparse and a dense side. Import documents, or run an experiment "
                "with a dense retriever on this collection."
            ]
        if not draft.split:
            return plan, ["There are no judgements to score with. Choose other data."]
        collection = services.collection(draft.collection)
        problems = experiment_problems(draft.experiment(plan, collection.name), collection)
    except EvaluationError as error:
        return None, [str(error)]
    return plan, problems


@errors.told()
def _start() -> None:
    """Store the experiment, queue its job, and open it on this page."""
    draft = drafts.current()
    plan, faults = _planned()
    state.keep_draft("fault interpolation", " ".join(faults))
    if plan is None or faults:
        return
    experiment = draft.experiment(plan, services.collection(draft.collection).name)
    experiment_id, _ = services.start(experiment)
    state.put(experiment=experiment_id)
