"""The last card of the experiment page: name, baseline, seed, problems, estimate, start."""

import time

import streamlit as st

from components import changes, errors, safe, services, state
from components.draft_problems import draft_problems, models_to_fetch
from components.errors import show
from components.experiment_draft import Draft, change, current
from components.run_estimate import show_estimate

NAME = state.widget_key("draft name")
BASELINE = state.widget_key("draft baseline")
SEED = state.widget_key("draft seed")
SEEDS = 2**31 - 1
DOUBLE_CLICK_S = 2.0


def show_start() -> None:
    """Show what is left to decide, what stands in the way, how long it takes, and the button."""
    draft = current()
    problems = draft_problems(draft)
    with st.container(border=True, gap="small"):
        st.subheader("Run it", anchor=False)
        _pick_name(draft)
        _pick_baseline(draft)
        if draft.systems and not problems:
            show_estimate(draft)
            _show_models(draft)
        _show_problems(problems)
        changes.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            width="stretch",
            key=state.widget_key("start experiment"),
            disabled=bool(problems),
            shortcut="Alt+Enter",
            on_click=_start,
        )
        st.caption("It runs in the background: close the page, come back, or cancel at any time.")
    if state.draft("fault start", ""):
        show(state.draft("fault start", ""))


def _pick_name(draft: Draft) -> None:
    st.session_state[NAME] = draft.name
    st.text_input(
        "Name",
        key=NAME,
        max_chars=200,
        placeholder=draft.title(_collection_name(draft)) if draft.systems else "Experiment",
        on_change=lambda: change(name=str(st.session_state[NAME]).strip()),
        help="How you find it again. Left empty, it is named after what is in it.",
    )


def _pick_baseline(draft: Draft) -> None:
    names = {drafted.number: drafted.system.name for drafted in draft.systems}
    first = next(iter(names), None)
    st.session_state[BASELINE] = draft.baseline if draft.baseline in names else first
    st.session_state[SEED] = draft.seed
    st.selectbox(
        "Baseline",
        list(names),
        format_func=names.__getitem__,
        index=None if first is None else 0,
        placeholder="The first system",
        key=BASELINE,
        disabled=len(names) < 2,
        icon=":material/flag:",
        on_change=lambda: change(baseline=st.session_state[BASELINE]),
        help="The system that the others are compared with.",
    )
    st.number_input(
        "Seed",
        min_value=0,
        max_value=SEEDS,
        step=1,
        key=SEED,
        on_change=lambda: change(seed=_seed()),
        help="Of every random choice: resampling, and which queries are timed.",
    )


def _show_models(draft: Draft) -> None:
    for name in models_to_fetch(draft):
        st.caption(
            f":orange[:material/cloud_download:] {safe.label(name)} is not on this machine. It is "
            "downloaded from the Hugging Face hub first; without a network, its systems fail."
        )


def _show_problems(problems: list[str]) -> None:
    for problem in problems:
        st.markdown(f":orange[:material/error:] {safe.label(problem, 1000)}")


def _seed() -> int:
    value = st.session_state[SEED]
    return 42 if value is None else int(value)


def _collection_name(draft: Draft) -> str:
    if not draft.collection:
        return ""
    return services.workspace().collection_record(draft.collection).name


@errors.told()
def _start() -> None:
    """Store the experiment, queue its job, and follow it on this page."""
    draft = current()
    problems = draft_problems(draft)  # again: what the visitor saw may be old
    state.keep_draft("fault start", " ".join(problems))
    if problems:
        return
    experiment = draft.experiment(_collection_name(draft))
    if _started_just_now(experiment.to_yaml()):
        return
    experiment_id, job_id = services.start(experiment)
    change(source="", opened=None)
    state.put(experiment=None, job=job_id)
    state.remember(experiment=experiment_id)  # the result pages open with it


def _started_just_now(text: str) -> bool:
    """Say whether the same experiment was started moments ago, by a double click."""
    before, moment = state.draft("started", ("", 0.0))
    state.keep_draft("started", (text, time.monotonic()))
    return bool(text == before and time.monotonic() - moment < DOUBLE_CLICK_S)
