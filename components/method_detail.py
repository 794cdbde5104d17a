"""One method in detail: what it does, its parameters, its paper, and a way into an experiment."""

import inspect
from dataclasses import fields

import streamlit as st

from components import safe, state
from components.experiment_draft import current, keep
from components.method_table import Method
from evaluation.language_models.settings import lacking
from evaluation.stage import Stage
from evaluation.system import System, system_from_yaml
from evaluation.tour import example


def show_method(method: Method) -> None:
    """Show a method, and offer to put it into the experiment that is being prepared."""
    stage = method.stage
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(safe.label(method.title), anchor=False)
            st.space("stretch")
            st.button(
                "Put into an experiment",
                icon=":material/add:",
                on_click=_add,
                args=(example(stage),),
                help="Adds a system with this method to the experiment you are preparing.",
            )
        st.markdown(safe.label(_description(stage), 3000))
        if stage.source:
            st.caption(f"Paper: {safe.label(stage.source)}")
        if fault := lacking(stage):
            st.markdown(f":orange[:material/error:] {safe.label(fault)}")
        _show_parameters(stage)
        st.code(example(stage).to_yaml(), language="yaml")
    if state.draft("go to experiment", False):
        state.keep_draft("go to experiment", False)
        state.go("experiment")


def _description(stage: Stage) -> str:
    return inspect.cleandoc(type(stage).__doc__ or "")


def _show_parameters(stage: Stage) -> None:
    shown = [p for p in fields(stage) if not p.metadata.get("internal")]
    if not shown:
        return
    columns = {
        "Parameter": [p.name for p in shown],
        "Value": [str(getattr(stage, p.name)) for p in shown],
        "Meaning": [p.metadata["meaning"] for p in shown],
    }
    st.dataframe(columns, hide_index=True, height="content")


def _add(system: System) -> None:
    keep(current().added(system_from_yaml(system.to_yaml())))
    state.keep_draft("go to experiment", True)
