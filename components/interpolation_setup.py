"""Setting up a grid of arms: the data, the two retrievers, and what is varied around them."""

import streamlit as st

from components import interpolation_draft as drafts
from components import safe, state
from components.errors import show
from components.judged_data import pick_judged
from evaluation.errors import EvaluationError
from evaluation.fusion.weighted import NORMALISERS
from evaluation.interpolation import ARMS, FEEDBACKS, MEANINGS, MIXED, feedback_label

SIDES = {
    "sparse": ("Sparse", "Any retriever by words, or an uploaded run."),
    "dense": ("Dense", "Its vectors are what feedback works on."),
}
WEIGHTS = state.widget_key("interpolation weights")
NORMALISER = state.widget_key("interpolation normalisers")
FEEDBACK = state.widget_key("interpolation feedbacks")


def pick_data() -> None:
    """Let the visitor choose collection and judgements."""
    draft = drafts.current()
    pick_judged("interpolation", (draft.collection, draft.split), _take_data)


def pick_retrievers() -> None:
    """Let the visitor choose the sparse and the dense side."""
    draft = drafts.current()
    for side, column in zip(SIDES, st.columns(2), strict=True):
        known = list(drafts.retrievers(draft.collection, side))
        label, meaning = SIDES[side]
        key = state.widget_key(f"interpolation {side}")
        st.session_state[key] = draft.chosen(side) or None
        column.selectbox(
            label,
            known,
            index=0 if known else None,
            placeholder="None is here",
            key=key,
            on_change=_take_retriever,
            args=(side, key),
            help=f"{meaning} Those of the ready-made systems and of your latest experiments on "
            "this collection are offered.",
        )


def pick_grid() -> None:
    """Let the visitor type the weights and tick normalisers and kinds of feedback."""
    draft = drafts.current()
    st.session_state[WEIGHTS] = draft.weights
    st.session_state[NORMALISER] = list(draft.normalisers)
    st.session_state[FEEDBACK] = list(draft.feedbacks)
    st.text_input(
        "Weight of the sparse scores: values, or from:to:step",
        key=WEIGHTS,
        max_chars=2000,
        on_change=lambda: drafts.change(weights=str(st.session_state[WEIGHTS])),
        help="0 is dense alone, 1 is sparse alone. `0:1:0.1` makes eleven weights.",
    )
    st.pills(
        "Normaliser",
        NORMALISERS,
        selection_mode="multi",
        key=NORMALISER,
        on_change=lambda: drafts.change(normalisers=_ticked(NORMALISER, NORMALISERS)),
        help="How the scores of both are brought to one scale before they are added.",
    )
    st.pills(
        "Feedback",
        list(FEEDBACKS),
        format_func=lambda name: safe.label(feedback_label(FEEDBACKS[name])),
        selection_mode="multi",
        key=FEEDBACK,
        on_change=lambda: drafts.change(feedbacks=_ticked(FEEDBACK, tuple(FEEDBACKS))),
        help="Rocchio k/a/b: a times the query and b times the mean of the first k documents. "
        "Average: the plain mean of the query and the first documents.",
    )
    for arm in MIXED:
        st.caption(f"**{ARMS[arm]}**: {MEANINGS[arm]}")


def _ticked(key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in known if name in st.session_state[key])


def _take_retriever(side: str, key: str) -> None:
    drafts.change(**{side: str(st.session_state[key] or "")})


def _take_data(collection: str, split: str) -> None:
    if split:
        drafts.change(split=split)
        return
    try:
        drafts.choose_collection(collection)
    except EvaluationError as error:
        show(error)
        return
    state.put(collection=collection)
