"""The tour of the literature: every method that works here, on one collection, in one click."""

import streamlit as st

from components import formats, safe, services, state
from components.start_button import start_button
from evaluation.collections.demo import add_demo, demo_catalogue
from evaluation.experiment import Experiment
from evaluation.tour import tour

SMALL = "xquad-en"  # of the bundled collections: 240 paragraphs, 1,190 questions
PICK = state.widget_key("tour collection")


def show_tour() -> None:
    """Offer the tour on the small bundled collection, or on one of the visitor's."""
    with st.container(border=True, gap="small"):
        st.subheader("Tour of the literature", anchor=False)
        st.caption(
            "One system for every method that needs nothing but what is here, run on one "
            "collection and put on one leaderboard. Where a method loses, you see by how much."
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            collection_id = _pick_collection()
            name = f"Tour of the literature: {_name(collection_id)}"
            start_button("Run the tour", name, lambda _: _tour(name, collection_id), "primary")
        if collection_id:
            _show_left_out(collection_id)


def _pick_collection() -> str:
    """Let the visitor choose a collection with documents and judgements; "" for the small one."""
    known = {
        stored.id: stored.name
        for stored in services.workspace().collections()
        if stored.record["documents"] and stored.record["splits"]
    }
    small = _small()
    first = [small] if small in known else [""]
    options = first + [each for each in known if each != small]
    st.selectbox(
        "Collection",
        options,
        format_func=_name,
        key=PICK,
        width=380,
        help="Each method is run on all judged queries. On a large collection that takes hours: "
        "try a small one first.",
    )
    return str(st.session_state[PICK] or "")


def _name(collection_id: str) -> str:
    if collection_id:
        return services.workspace().collection_record(collection_id).name
    bundled = demo_catalogue(services.workspace())
    return next(str(each["name"]) for each in bundled if each["demo"] == SMALL)


def _small() -> str:
    for stored in services.workspace().collections():
        if stored.record.get("about", {}).get("demo") == SMALL:
            return stored.id
    return ""


def _tour(name: str, collection_id: str) -> Experiment:
    chosen = collection_id or add_demo(services.workspace(), SMALL)
    collection = services.collection(chosen)
    systems, _ = tour(collection)
    return Experiment(name, chosen, collection.default_split, tuple(systems))


def _show_left_out(collection_id: str) -> None:
    """Say how many systems there are, and which stages are left out, with the reason."""
    systems, reasons = tour(services.collection(collection_id))
    st.caption(f"{formats.plural(len(systems), 'system')} on this collection.")
    if not reasons:
        return
    with st.expander(f"Left out: {formats.plural(len(reasons), 'method')}", type="compact"):
        for label, reason in reasons.items():
            st.caption(f"**{safe.label(label)}**: {safe.label(reason, 300)}")
