"""Why is this document here? A section of the query page: one document, two systems, per stage."""

import json
from collections.abc import Sequence

import streamlit as st

from components import safe, services, state
from components.errors import show
from components.explanation_request import Record, Request, explanation
from components.explanation_stage import show_stage
from components.query_view import QueryView
from evaluation.store import Results
from evaluation.workspace import slug

DOCUMENT = state.widget_key("document to explain")
SYSTEMS = state.widget_key("systems to explain")
BESIDE = 2  # systems that are explained side by side
TITLE = 70  # characters of a document in the list


def show_explanations(view: QueryView, results: Results, numbers: Sequence[int]) -> None:
    """Let the visitor choose a document on the page and see why the systems rank it as they do.

    Of more than two systems the visitor chooses two: at first those that the page compares.
    """
    st.subheader("Why is this document here?", anchor=False)
    chosen = _pick_systems(results, numbers)
    places = [numbers.index(number) for number in chosen]
    if not any(_says_more(results, number) for number in chosen):
        st.caption(
            "Uploaded runs hold ranks and scores only, so nothing says how these came about. "
            "Explanations need a system that was run here."
        )
        return
    documents = disagreement(view, places)
    if not documents:
        st.caption("No system returned a document for this query.")
        return
    doc_id = _pick_document(view, places, documents)
    request = Request(results.id, results.created, chosen, view.query_id, doc_id)
    found = explanation(request)
    if found is not None:
        _show(results, found)


def _pick_systems(results: Results, numbers: Sequence[int]) -> tuple[int, ...]:
    """Give the one or two systems that are explained, in the order of the page."""
    if len(numbers) <= BESIDE:
        return tuple(numbers)
    wanted = [n for n in dict.fromkeys(state.numbers("explained")) if n in numbers][:BESIDE]
    chosen = wanted or [numbers[0], numbers[-1]]
    st.session_state[SYSTEMS] = chosen
    st.multiselect(
        "Systems to explain",
        list(numbers),
        format_func=lambda number: results.systems[number].name,
        key=SYSTEMS,
        max_selections=BESIDE,
        on_change=_take_systems,
        placeholder="Choose one or two",
        help="Two at most, side by side; at first the first and the last of the page.",
    )
    return tuple(sorted(chosen, key=list(numbers).index))


def _take_systems() -> None:
    state.put_here(explained=",".join(map(str, st.session_state[SYSTEMS])))


def disagreement(view: QueryView, places: Sequence[int]) -> list[str]:
    """List the documents on the page, first those on which the systems disagree most.

    That is how far their reciprocal ranks are apart, because a difference near the top matters
    most; a document that a system did not return has 0.
    """
    shown = [hit.doc_id for place in places for hit in view.contrast.rankings[place]]
    shown += [item.doc_id for item in view.contrast.relevant]
    ranks = [view.contrast.ranks[place] for place in places]

    def apart(doc_id: str) -> float:
        held = [1 / known[doc_id] if doc_id in known else 0.0 for known in ranks]
        return max(held) - min(held)

    return sorted(dict.fromkeys(shown), key=lambda doc_id: -apart(doc_id))


def _says_more(results: Results, number: int) -> bool:
    """Whether a system is more than an uploaded run."""
    return results.system(number).system.root.stage.kind != "run"


def _pick_document(view: QueryView, places: Sequence[int], documents: Sequence[str]) -> str:
    wanted = state.here("document")
    chosen = wanted if wanted in documents else documents[0]
    st.session_state[DOCUMENT] = chosen
    st.selectbox(
        "Document",
        documents,
        format_func=lambda doc_id: _label(view, places, doc_id),
        key=DOCUMENT,
        filter_mode="contains",
        on_change=lambda: state.put_here(document=st.session_state[DOCUMENT]),
        help="Those on this page; first the ones on which the two systems disagree most.",
    )
    return chosen


def _label(view: QueryView, places: Sequence[int], doc_id: str) -> str:
    ranks = [view.contrast.ranks[place].get(doc_id) for place in places]
    told = " and ".join("not returned" if rank is None else f"rank {rank}" for rank in ranks)
    document = view.documents.get(doc_id) or {}
    title = str(document.get("title") or document.get("text") or "")[:TITLE]
    return "  ·  ".join(part for part in (doc_id, told, title) if part)


def _show(results: Results, found: Record) -> None:
    """Show the systems side by side, their stages from the first to the last."""
    text = _text(results, found["document"])
    for column, system in zip(st.columns(len(found["systems"])), found["systems"], strict=True):
        with column:
            st.markdown(f"##### {safe.label(system['name'])}")
            if system["error"]:
                show(system["error"])
            for place in range(len(system["stages"])):
                show_stage(system["stages"], place, text)
    if not text:
        st.caption("The collection holds no text for this document, so no places are marked.")
    name = slug(f"why {found['query']} {found['document']}")
    st.download_button(
        "JSON",
        data=json.dumps(found, indent=2, ensure_ascii=False).encode(),
        file_name=f"{name}.json",
        mime="application/json",
        icon=":material/download:",
        key=state.widget_key("download explanation"),
        on_click="ignore",
        type="tertiary",
        help="The whole explanation, as data.",
    )


def _text(results: Results, doc_id: str) -> str:
    """Give the text of the document as retrievers read it; "" where there is none."""
    corpus = services.collection(results.experiment.collection).corpus
    rows = corpus.find([doc_id]) if corpus is not None else None
    if corpus is None or rows is None or int(rows[0]) < 0:
        return ""
    return corpus.texts_of(rows)[0]
