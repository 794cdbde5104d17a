"""The health report of a collection or of a run: a traffic light, findings, examples, advice."""

import json
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import formats, safe, state

LIGHTS: dict[str, tuple[str, str, str]] = {  # label, icon, colour
    "green": ("Healthy", ":material/check_circle:", "green"),
    "yellow": ("Worth a look", ":material/error:", "orange"),
    "red": ("Must be mended", ":material/cancel:", "red"),
    "": ("Not checked", ":material/help:", "gray"),
}
MEANING = {
    "green": "All checks found nothing.",
    "yellow": "Some checks found something harmless. It is worth knowing when you read scores.",
    "red": "Scores would be wrong with these faults, so the collection was not stored.",
    "": "This collection was stored without checks.",
}
Finding = dict[str, Any]


def light_badge(report: dict[str, Any]) -> None:
    """Show the traffic light of a report as a badge with its word."""
    level = str(report.get("light", ""))
    label, icon, colour = LIGHTS.get(level, LIGHTS[""])
    st.badge(label, icon=icon, color=colour, help=MEANING.get(level, ""))  # type: ignore[arg-type]


def show_health(report: dict[str, Any], name: str) -> None:
    """Show a report: what was found first, the checks that found nothing folded away below."""
    if not report:
        st.info(MEANING[""], icon=":material/help:")
        return
    findings = report["findings"]
    noticed = [finding for finding in findings if finding["level"] != "green"]
    with st.container(horizontal=True, vertical_alignment="center"):
        light_badge(report)
        found = f"{len(noticed)} found something" if noticed else "none found anything"
        st.caption(f"{formats.plural(len(findings), 'check')}, {found}")
        st.space("stretch")
        _show_download(report, name)
    show_findings(noticed)
    _show_fine([finding for finding in findings if finding["level"] == "green"])


def show_findings(findings: Sequence[Finding]) -> None:
    """Show findings as cards: what and how many, what to do, three examples."""
    for finding in findings:
        _, icon, colour = LIGHTS.get(finding["level"], LIGHTS[""])
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":{colour}[{icon}] **{safe.label(finding['what'])}**")
            if finding["advice"]:
                st.caption(safe.label(finding["advice"]))
            if finding["examples"]:
                st.code("\n".join(map(_one_line, finding["examples"])), language=None)


def _show_fine(findings: Sequence[Finding]) -> None:
    if not findings:
        return
    title = f"{formats.plural(len(findings), 'check')} found nothing: read them"
    with st.expander(title, icon=":material/check_circle:"):
        for finding in findings:
            st.markdown(f":green[:material/check:] {safe.label(finding['what'])}")


def _show_download(report: dict[str, Any], name: str) -> None:
    st.download_button(
        "Report",
        json.dumps(report, ensure_ascii=False, indent=1),
        f"{name}-health.json",
        "application/json",
        key=state.widget_key(f"download report {name}"),
        icon=":material/download:",
        help="The whole health report as JSON.",
        on_click="ignore",
    )


def _one_line(example: object) -> str:
    return " ".join(str(example).split())
