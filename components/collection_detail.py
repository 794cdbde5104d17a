"""One collection: figures, health, what is in it, its runs, where it comes from."""

from typing import Any

import streamlit as st

from components import (
    collection_actions,
    collection_attachments,
    collection_preview,
    collection_probe,
    collection_runs,
    errors,
    formats,
    health_report,
    safe,
    services,
    shell,
    state,
)
from components.sections import pick_section
from evaluation.errors import UnknownNameError
from evaluation.files import folder_bytes
from evaluation.usage import experiments_on
from evaluation.workspace import Stored

SECTIONS = {
    "health": "Health",
    "documents": "Documents",
    "queries": "Queries",
    "judgements": "Judgements",
    "runs": "Runs",
    "probes": "Probes",
    "attachments": "Attachments",
    "about": "About",
}
ABOUT = ("language", "licence", "attribution", "source")


def show_collection(collection_id: str) -> None:
    """Show one collection; an unknown id is answered with a sentence and the way to the list."""
    try:
        stored = services.workspace().collection_record(collection_id)
    except UnknownNameError as error:
        with shell.head("Collections"):
            _show_way_back()
        errors.show(error)
        return
    with shell.head(stored.name):
        _show_way_back()
        collection_actions.show_downloads(stored)
        collection_actions.show_management(stored)
        if st.button("New experiment", type="primary", icon=":material/play_circle:"):
            state.go("experiment", collection=stored.id)
    if summary := stored.record.get("about", {}).get("summary"):
        st.caption(safe.label(summary))
    _show_figures(stored)
    _show_section(stored, pick_section(_sections(stored), "collection"))


def _show_way_back() -> None:
    st.button(
        "All collections",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=st.query_params.clear,
    )


def _sections(stored: Stored) -> dict[str, str]:
    without = not stored.record["documents"]
    empty = {"documents": without, "judgements": not stored.record["splits"], "probes": without}
    empty["attachments"] = without
    return {name: label for name, label in SECTIONS.items() if not empty.get(name)}


def _show_section(stored: Stored, section: str) -> None:
    if section == "health":
        report = services.workspace().health(stored.id)
        _show_splits(report)
        health_report.show_health(report, stored.id)
    elif section == "documents":
        collection_preview.show_documents(stored.id)
    elif section == "queries":
        collection_preview.show_queries(stored.id)
    elif section == "judgements":
        collection_preview.show_judgements(stored.id)
    elif section == "runs":
        collection_runs.show_runs(stored)
    elif section == "probes":
        collection_probe.show_probe(stored)
    elif section == "attachments":
        collection_attachments.show_attachments(stored)
    else:
        _show_about(stored)


def _show_figures(stored: Stored) -> None:
    record = stored.record
    judgements = sum(record["judgements"].values())
    figures = {
        "Documents": (record["documents"], "Texts that systems search. None: run files only."),
        "Queries": (record["queries"], "Queries of all splits, judged or not."),
        "Judgements": (judgements, "Judged pairs of query and document, over all splits."),
        "Splits": (len(record["splits"]), "Sets of judgements that are evaluated apart."),
        "Uploaded runs": (len(services.workspace().runs(stored.id)), "Finished rankings."),
    }
    with st.grid(len(figures), min_column_width=140):
        for label, (count, meaning) in figures.items():
            st.metric(label, f"{count:,}", border=True, help=meaning)


def _show_splits(report: dict[str, Any]) -> None:
    splits = report.get("figures", {}).get("splits", {})
    if not splits:
        return
    rows = [
        {
            "Split": name,
            "Judged queries": split["queries"],
            "Judgements": split["judgements"],
            "Relevant per query": split["relevant_per_query"],
            "Grades": " · ".join(f"{grade}: {count:,}" for grade, count in split["grades"].items()),
        }
        for name, split in splits.items()
    ]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "Relevant per query": st.column_config.NumberColumn(
                format="%.2f", help="Documents with a grade above zero, mean over judged queries."
            ),
            "Grades": st.column_config.TextColumn(help="How many judgements have each grade."),
        },
    )


def _show_about(stored: Stored) -> None:
    about = stored.record.get("about", {})
    with st.container(border=True):
        for name in ABOUT:
            if about.get(name):
                _show_pair(name.capitalize(), str(about[name]))
        if not any(about.get(name) for name in ("licence", "attribution", "source")):
            st.caption("Whoever imported this collection gave neither licence nor source.")
        size = formats.size(folder_bytes(stored.folder))
        _show_pair("In this workspace", f"id {stored.id}, {size}")
    _show_experiments(stored)


def _show_pair(name: str, text: str) -> None:
    with st.container(gap=None):
        st.caption(name)
        st.text(text)


def _show_experiments(stored: Stored) -> None:
    records = experiments_on(services.workspace(), stored.id)
    st.subheader("Experiments", anchor=False)
    if not records:
        st.caption("No experiment uses this collection yet.")
    for record in records:
        st.page_link(
            "pages/leaderboard.py",
            label=f"{safe.label(record['name'])} · {formats.ago(record['created'])}",
            icon=":material/leaderboard:",
            query_params={"experiment": record["id"]},
        )
