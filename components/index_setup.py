"""Starting a comparison of indexes: the data, the model, and one button for each of the two."""

from collections.abc import Callable

import streamlit as st

from components import changes, errors, formats, kept, safe, services, state
from components.collection_facts import content_of
from components.errors import show
from components.run_estimate import KEPT_S, basis, total_line
from evaluation.errors import EvaluationError
from evaluation.estimate import SystemEstimate, estimate
from evaluation.experiment import Experiment, experiment_from_yaml, experiment_problems
from evaluation.index_experiments import depth_by_width, index_experiment, index_types
from evaluation.models.folders import DEFAULT, known_models
from evaluation.progress import SILENT
from evaluation.running import execution_for
from evaluation.system import System
from evaluation.workspace import Stored

COLLECTION = state.widget_key("index collection")
SPLIT = state.widget_key("index split")
MODEL = state.widget_key("index model")
TYPES = (
    "Exact search, HNSW graphs, binary codes and product quantisation at several settings: what "
    "does each lose, what does it save? The corpus is encoded once for all."
)
GRID = (
    "The encoder after each of its layers, its vectors cut to several widths: how much quality "
    "costs how much time and space? The corpus is encoded once for each layer."
)
Maker = Callable[[str], list[System]]


def show_setup() -> bool:
    """Let the visitor choose data and model, and start; says whether there is any data."""
    known = {
        stored.id: stored
        for stored in services.workspace().collections()
        if stored.record.get("documents")
    }
    if not known:
        return False
    collection, split = _pick_data(known)
    model = _pick_model()
    left, right = st.columns(2, gap="medium")
    with left:
        _show_card("Compare index types", TYPES, index_types, (collection, split, model))
    with right:
        _show_card("Depth x width grid", GRID, depth_by_width, (collection, split, model))
    if state.draft("fault indexes", ""):
        show(state.draft("fault indexes", ""))
    return True


def _pick_data(known: dict[str, Stored]) -> tuple[str, str]:
    asked = state.here("collection")
    if asked and asked not in known:
        show(f"There is no collection {asked!r} with documents. Choose another one.")
    wanted = next((each for each in (asked, state.get("collection")) if each in known), None)
    st.session_state[COLLECTION] = wanted or next(iter(known))
    left, right = st.columns([2, 1])
    left.selectbox(
        "Collection",
        list(known),
        format_func=lambda collection_id: known[collection_id].name,
        key=COLLECTION,
        icon=":material/database:",
        on_change=lambda: state.put(collection=st.session_state[COLLECTION]),
    )
    collection = str(st.session_state[COLLECTION])
    splits = list(known[collection].record["splits"])
    if not splits:
        right.caption("No judgements: recall is shown, quality is not.")
        return collection, ""
    default = services.collection(collection).default_split
    wanted = state.here("split")
    st.session_state[SPLIT] = wanted if wanted in splits else default
    right.selectbox(
        "Judgements",
        splits,
        key=SPLIT,
        on_change=lambda: state.put_here(split=st.session_state[SPLIT]),
        help="Which queries are asked and which judgements score them.",
    )
    return collection, str(st.session_state[SPLIT])


def _pick_model() -> str:
    kept = str(state.draft("index model", DEFAULT))
    st.session_state[MODEL] = kept
    st.selectbox(
        "Model",
        list(dict.fromkeys([kept, *known_models()])),
        key=MODEL,
        accept_new_options=True,
        on_change=lambda: state.keep_draft("index model", str(st.session_state[MODEL] or DEFAULT)),
        help="A sentence-transformers model: hub id or model folder.",
    )
    return str(st.session_state[MODEL] or DEFAULT).strip()


def _show_card(title: str, text: str, make: Maker, chosen: tuple[str, str, str]) -> None:
    with st.container(border=True, gap="small", height="stretch"):
        st.subheader(title, anchor=False)
        st.caption(text)
        try:
            experiment = _experiment(title, make, chosen)
            found = _estimates(_place(chosen[0]), experiment.to_yaml())
        except EvaluationError as error:
            st.markdown(f":orange[:material/error:] {safe.label(error, 1000)}")
            found = None
        if found is not None:
            line = f"{formats.plural(len(found), 'system')}. {total_line(found)}"
            st.markdown(f"**{safe.label(line)}**")
            if any(system.seconds for system in found):
                st.caption(basis(found))
        changes.button(
            title,
            icon=":material/play_arrow:",
            type="primary",
            key=state.widget_key(f"start {title}"),
            disabled=found is None,
            on_click=_start,
            args=(title, make, chosen),
        )


def _experiment(title: str, make: Maker, chosen: tuple[str, str, str]) -> Experiment:
    """Draft the experiment. Raises EvaluationError for what stands in its way."""
    collection, split, model = chosen
    data = services.collection(collection)
    name = f"{title}: {model} on {data.name}"
    experiment = index_experiment(name, collection, split, make(model))
    faults = experiment_problems(experiment, data)
    if faults:
        raise EvaluationError(" ".join(faults))
    return experiment


def _place(collection: str) -> tuple[str, ...]:
    workspace = services.workspace()
    return str(workspace.folder), content_of(collection), str(workspace.cache.version())


@kept.data(max_entries=50, ttl=KEPT_S, show_spinner=False)
def _estimates(place: tuple[str, ...], text: str) -> list[SystemEstimate]:
    del place  # only part of the key
    experiment = experiment_from_yaml(text)
    execution = execution_for(services.workspace(), experiment, lambda line: SILENT)
    return estimate(execution, experiment.systems)


@errors.told()
def _start(title: str, make: Maker, chosen: tuple[str, str, str]) -> None:
    """Store the experiment, queue its job, and open it on this page."""
    try:
        experiment = _experiment(title, make, chosen)
    except EvaluationError as error:
        state.keep_draft("fault indexes", str(error))
        return
    state.keep_draft("fault indexes", "")
    experiment_id, _ = services.start(experiment)
    state.put(experiment=experiment_id)
