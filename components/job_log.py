"""What the log says about one job, for whoever runs the server."""

import json
from typing import Any

import streamlit as st

from components import formats, services, state
from evaluation import log

WRITER = ("process", "version")
BESIDE = ("time", "level", "event", "job")  # shown in columns of their own, or above the table


def show_log(job_id: str) -> None:
    """Show every event of a job, with a button to download the lines as they are."""
    box = st.expander(f"Log of job {job_id}", icon=":material/receipt_long:", on_change="rerun")
    if box.open:
        with box:
            _show_lines(job_id)


def _show_lines(job_id: str) -> None:
    lines = log.lines_of(services.workspace().logs, job_id)
    if not lines:
        st.caption("The log has nothing about this job (any more): it keeps the last 25 MB.")
        return
    st.dataframe(
        [
            {
                "Time (UTC)": str(line.get("time", ""))[:19].replace("T", " "),
                "Level": str(line.get("level", "")).lower(),
                "Event": line.get("event", ""),
                "Details": _details(line),
            }
            for line in lines
        ],
        hide_index=True,
        column_config={"Details": st.column_config.TextColumn(width="large")},
    )
    st.download_button(
        f"Download {formats.plural(len(lines), 'line')}",
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        f"job-{job_id}.jsonl",
        "application/x-ndjson",
        icon=":material/download:",
        key=state.widget_key("download log"),
        on_click="ignore",
        help="For a report of a fault: it holds no texts, titles or keys.",
    )


def _details(line: dict[str, Any]) -> str:
    """Lay out the other fields of an event: `system BM25 · seconds 0.4`; its writer comes last."""
    parts = []
    for name in sorted(line, key=lambda name: name in WRITER):
        value = line[name]
        if name not in BESIDE:
            parts.append(f"{name} {' > '.join(value) if isinstance(value, list) else value}")
    return " · ".join(parts)
