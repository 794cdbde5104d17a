"""Choosing a collection and one of its splits of judgements."""

from collections.abc import Callable

import streamlit as st

from components import formats, services, state


def pick_judged(page: str, chosen: tuple[str, str], take: Callable[[str, str], None]) -> None:
    """Let the visitor choose collection and judgements.

    Args:
        page: keeps the widgets of several pages apart.
        chosen: collection (one that is there) and split.
        take: hears of a choice: collection and split, "" for the split of a new collection.
    """
    collection_key = state.widget_key(f"{page} collection")
    split_key = state.widget_key(f"{page} split")
    known = {stored.id: stored for stored in services.workspace().collections()}
    collection, split = chosen
    st.session_state[collection_key] = collection
    left, right = st.columns([2, 1])
    left.selectbox(
        "Collection",
        list(known),
        format_func=lambda collection_id: known[collection_id].name,
        key=collection_key,
        icon=":material/database:",
        on_change=lambda: take(str(st.session_state[collection_key]), ""),
    )
    record = known[collection].record
    splits, judged = list(record["splits"]), record.get("judged_queries", {})
    if not splits:
        st.info(
            "This collection has no judgements, so no setting is better than another. Add some.",
            icon=":material/info:",
        )
        return
    st.session_state[split_key] = split if split in splits else splits[0]
    right.selectbox(
        "Judgements",
        splits,
        format_func=lambda name: (
            f"{name} · {formats.plural(judged.get(name, 0), 'query', 'queries')}"
        ),
        key=split_key,
        on_change=lambda: take(collection, str(st.session_state[split_key])),
        help="The settings are scored on their queries.",
    )
