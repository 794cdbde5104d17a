"""What the results are computed on: machine, libraries, disk."""

import shutil
from pathlib import Path

import streamlit as st

from components import formats, kept, services
from evaluation.environment import environment
from evaluation.files import folder_bytes
from evaluation.language_models.settings import endpoint
from evaluation.migration import format_of
from evaluation.models.folders import DEFAULT, known_models
from evaluation.models.loading import resolve_backend
from evaluation.people import FOLDER


def show_disk() -> None:
    """Show how big the workspace is, what takes the room, and how much is left."""
    folder = services.workspace().folder
    sizes = _sizes(str(folder))
    figures = {
        "Workspace": (sizes["all"], f"Everything in {folder.name}."),
        "Collections": (sizes["collections"], "Documents, queries, judgements, uploaded runs."),
        "Cache": (
            sizes["cache"],
            "Indexes, rankings and token vectors: all can be computed again.",
        ),
        "Experiments": (sizes["experiments"], "Results: rankings, scores, figures."),
        "Free on disk": (shutil.disk_usage(folder).free, "Room left where the workspace lies."),
    }
    with st.grid(len(figures), min_column_width=140):
        for label, (count, meaning) in figures.items():
            st.metric(label, formats.size(count), border=True, help=meaning)


BACKENDS = {
    "openvino-bf16": "OpenVINO in bfloat16: this processor has it, and it is the fastest way here.",
    "openvino": "OpenVINO in 32 bits: this processor has no bfloat16.",
    "torch": "PyTorch: on the GPU if there is one, or because OpenVINO is not installed.",
}


def show_environment() -> None:
    """Show processor, system, interpreter and the versions of the libraries that matter."""
    found, backend, asked = environment(), resolve_backend(DEFAULT, "auto"), endpoint()
    machine = {
        "RankLab": " · ".join(filter(None, (found["ranklab"], found["revision"]))),
        "Workspace format": format_of(services.workspace().folder),
        "Processor": found["processor"],
        "Cores": found["cores"],
        "System": found["system"],
        "Python": found["python"],
        "Encoder": DEFAULT,
        "Encoder back end": backend,
        "Models on this machine": ", ".join(known_models()) or "none",
        "Language model endpoint": asked.model if asked else "none (RANKLAB_ENDPOINT_URL)",
        "Workspace": str(services.workspace().folder),
        "Import folder": str(services.workspace().import_root or "none (RANKLAB_IMPORT_ROOT)"),
    }
    left, right = st.columns(2)
    with left:
        st.subheader("Machine", anchor=False)
        _show_pairs(machine)
        st.caption(
            f"{BACKENDS.get(backend, '')} The back end is part of what a cached index is known by; "
            "every dense stage can name another."
        )
    with right:
        st.subheader("Libraries", anchor=False)
        _show_pairs(found["libraries"])
    st.subheader("For a report of a fault", anchor=False)
    st.caption("Versions only; the log of a job is on Workspace, Jobs, below a selected one.")
    st.code(_report(), language=None)


def _report() -> str:
    """Write program, workspace format, interpreter and libraries as lines to copy."""
    found = environment()
    first = {
        "RankLab": " ".join(filter(None, (found["ranklab"], found["revision"]))),
        "Workspace format": format_of(services.workspace().folder),
        "Python": found["python"],
        "System": found["system"],
    }
    return "\n".join(f"{name} {value}" for name, value in (first | found["libraries"]).items())


def _show_pairs(pairs: dict[str, object]) -> None:
    st.dataframe(
        [{"What": name, "Value": str(value)} for name, value in pairs.items()],
        hide_index=True,
        height="content",
    )


@kept.data(ttl=20, max_entries=100, show_spinner=False)
def _sizes(folder: str) -> dict[str, int]:
    """Add up file sizes below the workspace, at most every twenty seconds."""
    place = Path(folder)
    parts = ("collections", "cache", "experiments")
    sizes = {name: folder_bytes(place / name) for name in parts}
    others = folder_bytes(place / FOLDER)  # the workspaces of people
    return sizes | {"all": folder_bytes(place) - others}
