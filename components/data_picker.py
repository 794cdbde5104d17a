"""Choosing what an experiment runs on: a collection, a split, with the facts that matter."""

import streamlit as st

from components import formats, safe, services, state
from components.collection_facts import has_documents, run_names
from components.errors import show
from components.experiment_draft import change, current, keep
from components.health_report import light_badge
from evaluation.errors import UnknownNameError
from evaluation.workspace import Stored

COLLECTION = state.widget_key("draft collection")
SPLIT = state.widget_key("draft split")
NO_SPLIT = "(no judgements: rankings only)"


def pick_data() -> None:
    """Let the visitor choose collection and split for the draft."""
    known = {stored.id: stored for stored in services.workspace().collections()}
    draft = current()
    st.session_state[COLLECTION] = draft.collection if draft.collection in known else None
    left, right = st.columns([2, 1])
    left.selectbox(
        "Collection",
        list(known),
        format_func=lambda collection_id: known[collection_id].name,
        index=0 if draft.collection in known else None,
        placeholder="Choose a collection",
        key=COLLECTION,
        icon=":material/database:",
        on_change=_take_collection,
    )
    if draft.collection in known:
        _pick_split(known[draft.collection], right)
        _show_facts(known[draft.collection])


def choose_collection(collection_id: str) -> None:
    """Make a collection the one of the draft, with its own split.

    Systems that are nothing but an uploaded run belong to the earlier collection and go.

    Raises:
        UnknownNameError: the workspace has no such collection.
    """
    collection = services.collection(collection_id)
    draft = current()
    if draft.collection == collection_id:
        return
    for drafted in draft.systems:
        if drafted.system.root.stage.kind == "run":
            draft = draft.removed(drafted.number)
    keep(draft)
    change(collection=collection_id, split=collection.default_split)


def _pick_split(stored: Stored, place: "st.delta_generator.DeltaGenerator") -> None:
    splits = list(stored.record["splits"])
    st.session_state[SPLIT] = current().split if current().split in splits else ""
    judged = stored.record.get("judged_queries", {})
    place.selectbox(
        "Judgements",
        [*splits, ""],
        format_func=lambda split: (
            f"{split} · {formats.plural(judged.get(split, 0), 'query', 'queries')}"
            if split
            else NO_SPLIT
        ),
        key=SPLIT,
        on_change=lambda: change(split=st.session_state[SPLIT]),
        help="Which queries are run and which judgements score them.",
    )


def _show_facts(stored: Stored) -> None:
    record, split = stored.record, current().split
    runs = len(run_names(stored.id))
    documents = record.get("documents", 0)
    facts = [formats.plural(documents, "document") if documents else "run files only"]
    asked = record["judged_queries"].get(split) if split else record["queries"]
    facts.append(formats.plural(asked or 0, "query", "queries"))
    if split:
        facts.append(formats.plural(record["judgements"].get(split, 0), "judgement"))
    facts += [formats.plural(runs, "uploaded run")] if runs else []
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        light_badge(services.workspace().health(stored.id))
        st.caption(safe.label(" · ".join(facts)))
        st.page_link(
            "pages/collections.py",
            label="Look at it",
            icon=":material/arrow_outward:",
            query_params={"collection": stored.id},
        )
    if not has_documents(stored.id):
        st.info(
            "This collection holds run files only: compare its uploaded runs, or fuse them. "
            "Searching needs documents.",
            icon=":material/info:",
        )


def _take_collection() -> None:
    chosen = st.session_state[COLLECTION]
    if not chosen:
        return
    try:
        choose_collection(str(chosen))
    except UnknownNameError as error:
        show(error)
        return
    state.put(collection=chosen)
