"""The features that queries are sliced by, and the job that makes those which take time."""

from dataclasses import dataclass

import streamlit as st

from components import changes, errors, formats, kept, safe, services, shell, state
from components.job_progress import show_job
from evaluation.comparison import least_grade
from evaluation.job import Job
from evaluation.slices.feature import Feature
from evaluation.slices.features import column_features, query_features
from evaluation.slices.stored import Source, encoder_of, stored_features, why_no_encoder
from evaluation.store import Results

PARTS = {
    "words": "word overlap and rarest term (one pass over the documents)",
    "clusters": "topic (queries grouped by the vectors of an encoder)",
}


@dataclass(frozen=True, eq=False)
class Features:
    """What the queries of an experiment can be sliced by.

    Attributes:
        found: the features that are there.
        missing: parts that a job could still make.
        notes: sentences that say what is left out, and why.
    """

    found: list[Feature]
    missing: list[str]
    notes: list[str]


def need_judgements(measure: str) -> None:
    """End the page if there are no judgements: there is nothing to compare in a slice."""
    if not measure:
        shell.empty(
            "No judgements",
            "Slices compare the values of a measure, and this experiment was run without "
            "judgements. Import qrels with the queries and run it again.",
            {"compare": "Compare the rankings", "collections": "Look at the collections"},
        )
        st.stop()


def features_of(results: Results, measure: str) -> Features:
    """Give the features of the queries; those that take time only if they are made already."""
    source, version = source_of(results), services.workspace().cache.version()
    fresh, left = _quick(results.id, results.created, least_grade(measure))
    stored, missing = _stored(results.id, results.created, version)
    order = {"length": 0, "relevant": 1, "overlap": 2, "rarest": 3, "question": 4, "cluster": 5}
    found = sorted([*fresh, *stored], key=lambda feature: order.get(feature.key, 9))
    return Features(found, missing, _notes(results, source, left))


@kept.resource(max_entries=16, show_spinner=False)
def _quick(experiment_id: str, created: float, least: int) -> tuple[list[Feature], list[str]]:
    """Give the features that are known at once, and the columns that cannot be sliced by."""
    del created
    source = source_of(services.results(experiment_id))
    queries, qrels = source.queries, source.collection.split(source.split)
    return query_features(queries, qrels, least), column_features(queries)[1]


@kept.resource(max_entries=16, show_spinner=False)
def _stored(
    experiment_id: str, created: float, version: tuple[int, ...]
) -> tuple[list[Feature], list[str]]:
    del created, version
    source = source_of(services.results(experiment_id))
    return stored_features(services.workspace().cache, source)


def source_of(results: Results) -> Source:
    """Give what features are made from: the experiment's queries, and an encoder it has."""
    encoder = encoder_of([result.system for result in results.systems])
    known = None if why_no_encoder(encoder) else encoder
    return Source(
        services.collection(results.experiment.collection), results.experiment.split, known
    )


def _notes(results: Results, source: Source, left: list[str]) -> list[str]:
    notes = []
    if not any(source.collection.queries.texts):
        notes.append("The queries have no texts, so nothing about their words is known.")
    elif source.collection.corpus is None:
        notes.append("There are no documents, so word overlap and rarest term are not known.")
    if source.encoder is None:
        why = why_no_encoder(encoder_of([result.system for result in results.systems]))
        notes.append(f"No topics: {why}")
    if left:
        notes.append(f"Columns with too many different values to slice by: {', '.join(left)}.")
    return notes


def show_preparation(results: Results, features: Features) -> None:
    """Offer to make what is missing, or follow the job that does."""
    if not features.missing:
        return
    source = source_of(results)
    payload: dict[str, object] = {
        "collection": results.experiment.collection,
        "split": results.experiment.split,
        "encoder": source.encoder.parameters() if source.encoder else None,
    }
    job = _job(payload)
    if job is not None and job.state != "done":
        show_job(job.id, job)
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        parts = " and ".join(PARTS[part] for part in features.missing)
        amount = formats.plural(len(source.collection.corpus or ()), "document")
        st.caption(
            safe.label(f"More slices can be made once: {parts}. The collection has {amount}."),
            width="stretch",
        )
        changes.button(
            "Make these slices",
            icon=":material/bolt:",
            key=state.widget_key("make slices"),
            help="The worker does it; the page stays usable, and the result is kept.",
            on_click=_submit,
            args=(source.collection.name, payload),
        )


@errors.told()
def _submit(name: str, payload: dict[str, object]) -> None:
    services.submit("features", f"Slices of {name}", payload)


def _job(payload: dict[str, object]) -> Job | None:
    """Give the newest job that makes these features."""
    recent = services.jobs().recent(20, ("features",))
    return next((job for job in recent if job.payload == payload), None)
