"""What is searched: a collection, several systems, a query; all of it in the address."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components import services, state
from components.errors import show
from components.search_systems import collection_asked, default_systems, offered, own_experiments
from evaluation.errors import UnknownNameError
from evaluation.live_search import LONGEST
from evaluation.system import System

COLLECTION = state.widget_key("search collection")
EXPERIMENT = state.widget_key("search experiment")
SYSTEMS = state.widget_key("search systems")
TEXT = state.widget_key("search text")
MOST = 6


@dataclass(frozen=True)
class Search:
    """A query and who shall answer it; systems have different names."""

    collection: str
    systems: tuple[System, ...]
    text: str


def ask(known: Mapping[str, str]) -> Search | None:
    """Show the controls; gives what to search for, or None while something is missing.

    Args:
        known: the collections that can be searched, name by id; at least one.
    """
    collection_id = collection_asked(known)
    text = _type_query(collection_id)
    left, right = st.columns(2)
    with left:
        _pick_collection(known, collection_id)
    with right:
        experiment_id = _pick_experiment(collection_id)
    chosen = _pick_systems(collection_id, offered(collection_id, experiment_id))
    _write_address(collection_id, experiment_id)
    if not text:
        st.caption("Type a query and press Enter.")
        return None
    return Search(collection_id, tuple(chosen), text) if chosen else None


def _write_address(collection_id: str, experiment_id: str) -> None:
    """Spell out what was not chosen but is shown, so that a copied link shows the same."""
    state.put(collection=collection_id, systems=",".join(st.session_state[SYSTEMS]))
    if experiment_id:
        state.put(experiment=experiment_id)


def _type_query(collection_id: str) -> str:
    st.session_state[TEXT] = state.get("text")[:LONGEST]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Query",
            key=TEXT,
            type="search",
            icon=":material/search:",
            max_chars=LONGEST,
            placeholder="What are you looking for?",
            on_change=lambda: state.put(text=str(st.session_state[TEXT]).strip()),
        )
        st.button(
            "Draw one",
            icon=":material/casino:",
            key=state.widget_key("draw a query"),
            help="Takes a query of the collection at random; its judgements mark the hits.",
            on_click=_draw,
            args=(collection_id,),
        )
    return str(st.session_state[TEXT]).strip()


def _draw(collection_id: str) -> None:
    collection = services.collection(collection_id)
    texts = [text for text in collection.queries.texts if text.strip()]
    if texts:
        state.put(text=random.choice(texts)[:LONGEST])


def _pick_collection(known: Mapping[str, str], collection_id: str) -> None:
    st.session_state[COLLECTION] = collection_id
    st.selectbox(
        "Collection",
        list(known),
        format_func=known.__getitem__,
        key=COLLECTION,
        icon=":material/database:",
        on_change=lambda: state.put(
            collection=st.session_state[COLLECTION], experiment=None, systems=None
        ),
    )


def _pick_experiment(collection_id: str) -> str:
    """Let the visitor add the systems of one experiment to the ready-made ones."""
    own = own_experiments(collection_id)
    wanted = state.get("experiment")
    st.session_state[EXPERIMENT] = wanted if wanted in own else ""
    st.selectbox(
        "Systems of",
        ["", *own],
        format_func=lambda experiment_id: own.get(experiment_id, "ready-made only"),
        key=EXPERIMENT,
        icon=":material/experiment:",
        help="Offers the systems of an experiment on this collection beside the ready-made ones.",
        on_change=lambda: state.put(experiment=st.session_state[EXPERIMENT], systems=None),
    )
    return str(st.session_state[EXPERIMENT])


def _pick_systems(collection_id: str, systems: Mapping[str, System]) -> list[System]:
    named = [token for token in state.get("systems").split(",") if token]
    unknown = [token for token in named if token not in systems]
    chosen = [token for token in dict.fromkeys(named) if token in systems][:MOST]
    st.session_state[SYSTEMS] = chosen or default_systems(collection_id, systems)
    st.multiselect(
        "Systems, in the order of the columns",
        list(systems),
        format_func=lambda token: systems[token].name,
        key=SYSTEMS,
        max_selections=MOST,
        placeholder="Choose up to six systems",
        help="Movement is counted against the first one.",
        on_change=lambda: state.put(systems=",".join(st.session_state[SYSTEMS])),
    )
    if unknown and state.here("systems"):
        show(UnknownNameError("system to search with", unknown[0], systems))
    return [systems[token] for token in st.session_state[SYSTEMS]]
