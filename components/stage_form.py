"""A form from any stage's declared fields: types, choices, bounds, meaning as help."""

from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

import streamlit as st

from components import safe, state
from components.collection_facts import vector_sets
from components.errors import show
from components.experiment_draft import current
from evaluation.errors import EvaluationError
from evaluation.language_models.base import ENDPOINT
from evaluation.models.folders import known_models
from evaluation.stage import Stage, make_stage

WIDTHS = {bool: 170, int: 150, float: 150, str: 190}
LONG_TEXT = 24  # a text longer than this gets a wide field


def _drafted_vectors() -> list[str]:
    collection = current().collection
    return vector_sets(collection) if collection else []


# parameters that take any text, with what is at hand
SUGGESTED: dict[str, Callable[[], list[str]]] = {
    "model": known_models,
    "vectors": _drafted_vectors,
}


def show_stage_form(stage: Stage, key: str, take: Callable[[Stage], None]) -> None:
    """Show one widget per parameter of a stage, except internal ones.

    Args:
        stage: the stage as it is; the widgets show its values.
        key: makes the widgets of this form apart from those of others.
        take: gets the stage with the new value after each change. A value that the stage refuses
            is answered with its sentence beside the form, and the earlier value stays.
    """
    shown = [p for p in fields(stage) if not p.metadata.get("internal")]
    if not shown:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for parameter in shown:
            _show_parameter(stage, parameter, f"{key} {parameter.name}", take)
        _show_reset(stage, key, take)
    for parameter in shown:
        fault = state.draft(f"fault {key} {parameter.name}", "")
        if fault:
            show(f"{fault} The earlier value was kept.")


def _show_reset(stage: Stage, key: str, take: Callable[[Stage], None]) -> None:
    fresh = type(stage)()
    st.button(
        "Defaults",
        icon=":material/restart_alt:",
        type="tertiary",
        key=state.widget_key(f"{key} defaults"),
        disabled=fresh == stage,
        help="Put every parameter of this stage back to its default.",
        on_click=take,
        args=(fresh,),
    )


def parameter_label(name: str) -> str:
    """Give a parameter's name as people read it: `stop_words` becomes `stop words`."""
    return name.replace("_", " ")


def _show_parameter(
    stage: Stage, parameter: Field[Any], key: str, take: Callable[[Stage], None]
) -> None:
    widget = state.widget_key(key)
    value = getattr(stage, parameter.name)
    st.session_state[widget] = value  # the stage is the truth, the widget only shows it
    kind: type = type(value)
    wide = kind is str and len(str(value)) > LONG_TEXT
    settings: dict[str, Any] = {
        "label": safe.label(parameter_label(parameter.name)),
        "key": widget,
        "help": _help(parameter),
        "on_change": _take,
        "args": (stage, parameter.name, key, take),
        "width": "stretch" if wide else WIDTHS[kind],
    }
    choices = parameter.metadata.get("choices", ())
    if choices:
        st.selectbox(options=list(choices), **settings)
    elif kind is bool:
        st.checkbox(**settings)
    elif parameter.name in SUGGESTED:
        own = [ENDPOINT] if stage.needs == "a language model" else []
        at_hand = list(dict.fromkeys([str(value), *own, *SUGGESTED[parameter.name]()]))
        st.selectbox(options=at_hand, accept_new_options=True, **settings | {"width": "stretch"})
    elif kind is str:
        st.text_input(max_chars=2000, **settings)
    else:
        low, high = parameter.metadata.get("bounds", (None, None))
        st.number_input(**settings, **_number(kind, low, high))


def _number(kind: type, low: float | None, high: float | None) -> dict[str, Any]:
    """Give the settings of a number field; whole numbers move by 1, others by a tenth or less."""
    if kind is int:
        whole = [None if bound is None else int(bound) for bound in (low, high)]
        return {"min_value": whole[0], "max_value": whole[1], "step": 1}
    small = high is not None and high <= 1
    return {
        "min_value": None if low is None else float(low),
        "max_value": None if high is None else float(high),
        "step": 0.05 if small else 0.1,
        "format": "%g",
    }


def _help(parameter: Field[Any]) -> str:
    low, high = parameter.metadata.get("bounds", (None, None))
    bounds = {
        (False, False): f" From {low} to {high}.",
        (False, True): f" {low} or more.",
        (True, False): f" {high} or less.",
        (True, True): "",
    }[low is None, high is None]
    kept = " Changing it keeps the index." if parameter.metadata.get("search_only") else ""
    meaning = parameter.metadata.get("meaning", "")
    return safe.label(f"{meaning}{bounds}{kept} Default: {parameter.default!r}.")


def _take(stage: Stage, name: str, key: str, take: Callable[[Stage], None]) -> None:
    value = st.session_state[state.widget_key(key)]
    fault = ""
    try:
        if value is None:
            value = type(stage)().parameters()[name]  # an emptied number field means the default
        if type(value) is str:
            value = value.strip()
        take(make_stage(stage.name, stage.parameters() | {name: value}))
    except EvaluationError as error:
        fault = str(error)
    state.keep_draft(f"fault {key}", fault)
