"""One collection at a glance."""

import streamlit as st

from components import formats, health_report, safe, services
from evaluation.workspace import Stored

SUMMARY = 150


def show_card(stored: Stored) -> None:
    """Show a collection as the content of a card: name, light, figures, licence, way in."""
    about = stored.record.get("about", {})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{safe.label(stored.name)}**", width="stretch")
        health_report.light_badge(services.workspace().health(stored.id))
    st.markdown(figures_line(stored))
    if about.get("summary"):
        st.caption(safe.label(about["summary"], SUMMARY))
    st.page_link(
        "pages/collections.py",
        label="Open",
        icon=":material/arrow_forward:",
        query_params={"collection": stored.id},
    )


def figures_line(stored: Stored) -> str:
    """Give documents, queries, judged queries by split and uploaded runs as one Markdown line."""
    record = stored.record
    runs = len(services.workspace().runs(stored.id))
    parts = [_bold(record["documents"], "document")] if record["documents"] else ["runs only"]
    parts.append(_bold(record["queries"], "query", "queries"))
    judged = record.get("judged_queries", {})
    parts += [f"{judged.get(split, 0):,} judged in {safe.label(split)}" for split in judged]
    parts += [_bold(runs, "uploaded run")] if runs else []
    return " · ".join(parts)


def _bold(count: int, one: str, many: str = "") -> str:
    number, _, noun = formats.plural(count, one, many).partition(" ")
    return f"**{number}** {noun}"
