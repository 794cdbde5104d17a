"""The notice that a collection has no spaces between words while a system cuts it into words."""

import streamlit as st

from components import collection_facts, formats, state
from components.experiment_draft import current, keep
from evaluation.system import Node, System
from evaluation.system_editing import with_parameter

WHY = (
    "Most of this collection is in a script without spaces between words, such as Chinese, "
    "Japanese or Thai. Cut into words, whole sentences count as one term and hardly ever match: on "
    "XQuAD in Chinese, BM25 reaches an nDCG@10 of 0.11 with words and 0.97 with bigrams."
)


def show_script_notice() -> None:
    """Say so, with the remedy on a button, if a drafted system cuts such texts into words."""
    draft = current()
    if not draft.collection or collection_facts.suggested_tokens(draft.collection) == "words":
        return
    wrong = [d for d in draft.systems if cuts_into_words(d.system.root)]
    if not wrong:
        return
    with st.container(border=True, gap="small"):
        st.warning(WHY, icon=":material/translate:")
        count = formats.plural(len(wrong), "system")
        st.button(
            f"Use bigrams in {count}",
            icon=":material/auto_fix_high:",
            type="primary",
            key=state.widget_key("use bigrams"),
            on_click=_use_bigrams,
            help="Sets `tokens` to bigrams in every stage that cuts texts into words.",
        )


def cuts_into_words(root: Node) -> bool:
    """Say whether a stage of a tree cuts texts into words though it could make bigrams."""
    return with_parameter(root, "tokens", "bigrams") != root


def _use_bigrams() -> None:
    draft = current()
    runs = collection_facts.run_names(draft.collection)
    for drafted in draft.systems:
        root = with_parameter(drafted.system.root, "tokens", "bigrams")
        draft = draft.regrown(drafted.number, root, runs)
        system = draft.get(drafted.number)
        if system.root != drafted.system.root and "words" in system.name:
            name = draft.removed(drafted.number).free_name(system.name.replace("words", "bigrams"))
            draft = draft.changed(drafted.number, System(name, root))
    keep(draft)
