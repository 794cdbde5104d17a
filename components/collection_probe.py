"""Making a probe collection from the documents of a stored one: the form, and the job it starts."""

from dataclasses import Field, fields
from typing import Any

import streamlit as st

from components import changes, errors, job_progress, safe, services, state
from components.stage_form import parameter_label
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.job import Job
from evaluation.probes.base import Probe
from evaluation.probes.making import MOST_QUERIES, PROBES, Wanted, make_probe
from evaluation.workspace import Stored

KIND = state.widget_key("probe kind")


def show_probe(stored: Stored) -> None:
    """Follow the probe that is being made, or offer to make one."""
    job = _job(stored.id)
    if job is not None and job.state == "done":
        st.toast(f"{safe.label(job.title)} is done.", icon=":material/check_circle:")
        state.go("collections", collection=job.result["collection"])
    if job is not None:
        job_progress.show_job(job.id, job)
        if job.live:
            return
    st.subheader(
        "Make a probe collection",
        anchor=False,
        help="Queries are made from the documents by a program, with judgements that are true by "
        "the way they are made. They need no judges, and they are not what people ask: a system "
        "that does well on a probe need not do well on real queries.",
    )
    kind = st.segmented_control(
        "Kind",
        list(PROBES),
        format_func=lambda name: PROBES[name].label,
        default=next(iter(PROBES)),
        required=True,
        key=KIND,
    )
    if kind in PROBES:
        _show_form(stored, PROBES[str(kind)])


def _show_form(stored: Stored, cls: type[Probe]) -> None:
    st.caption(cls.about)
    with st.form(f"probe {cls.name}"):
        name = st.text_input(
            "Name", f"{stored.name}: {cls.label.lower()}", max_chars=200, key=_key(cls, "name")
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            queries = st.number_input(
                "Number of queries",
                min_value=1,
                max_value=MOST_QUERIES,
                value=100,
                key=_key(cls, "queries"),
                width=180,
                help="Fewer are made where the documents do not give so many. Needles are shared "
                "out evenly over all combinations of depth and length.",
            )
            seed = st.number_input(
                "Seed",
                min_value=0,
                max_value=2**31 - 1,
                value=42,
                key=_key(cls, "seed"),
                width=180,
                help="The same seed gives the same collection.",
            )
            values = {each.name: _show_parameter(cls, each) for each in fields(cls)}
        if changes.form_submit_button("Make it", type="primary", icon=":material/science:"):
            _start(stored, cls.name, values, (queries, seed, name))


def _show_parameter(cls: type[Probe], parameter: Field[Any]) -> Any:
    low, high = parameter.metadata["bounds"]
    settings: dict[str, Any] = {
        "label": parameter_label(parameter.name).capitalize(),
        "key": _key(cls, parameter.name),
        "help": safe.label(f"{parameter.metadata['meaning']} Default: {parameter.default!r}."),
    }
    choices = list(parameter.metadata["choices"])
    if choices:
        place = choices.index(parameter.default)
        return st.selectbox(options=choices, index=place, width=200, **settings)
    if type(parameter.default) is int:
        return st.number_input(
            value=parameter.default, min_value=low, max_value=high, width=180, **settings
        )
    return st.text_input(value=parameter.default, max_chars=200, width=260, **settings)


def _start(stored: Stored, kind: str, values: dict[str, Any], rest: tuple[int, int, str]) -> None:
    """Check what was asked for, and hand it to the worker."""
    queries, seed, name = rest
    try:
        probe = make_probe(kind, values)
        wanted = Wanted(probe, queries, seed)
    except EvaluationError as error:
        errors.show(error)
        return
    payload: dict[str, object] = {
        "collection": stored.id,
        "probe": kind,
        "parameters": probe.parameters(),
        "queries": wanted.queries,
        "seed": wanted.seed,
        "name": name,
    }
    title = f"{probe.label} of {stored.name}"
    state.put_here(job=services.submit("probe", title, payload))
    st.rerun()


def _job(collection_id: str) -> Job | None:
    """Give the job that the address names, else one that makes a probe of this collection now."""
    try:
        named = [services.jobs().get(state.here("job"))]
    except UnknownNameError:
        named = services.jobs().live()
    return next(
        (j for j in named if j.kind == "probe" and j.payload.get("collection") == collection_id),
        None,
    )


def _key(cls: type[Probe], name: str) -> str:
    return state.widget_key(f"probe {cls.name} {name}")
