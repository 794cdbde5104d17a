"""How much of the room of a workspace is taken, as a bar."""

import streamlit as st

from components import formats, services
from evaluation.quota import Room, room

PARTS = {
    "collections": "collections",
    "cache": "indexes and rankings",
    "experiments": "experiments",
    "uploads": "uploads not imported",
    "trash": "trash",
}
NEARLY = 0.9


def show_room() -> None:
    """Show how much the workspace holds of what it may; nothing where there is no limit."""
    found = room(services.workspace())
    if found.allowed is not None:
        share = found.used / max(found.allowed, 1)
        line = f"{formats.size(found.used)} of {formats.size(found.allowed)} used"
        with st.container(border=True, gap="small"):
            st.progress(min(share, 1.0), text=f"**{line}** ({share:.0%})")
            st.caption(_parts(found))
            if share >= NEARLY:
                st.caption(
                    ":orange[:material/warning:] When it is full, nothing can be uploaded and no "
                    "job starts. What is in the cache can be computed again; what is deleted "
                    "counts until it is deleted for good from the trash."
                )
    if found.uploads_allowed is not None:
        limit = formats.size(found.uploads_allowed)
        st.caption(f"Uploads that wait to be imported: {formats.size(found.uploads)} of {limit}.")


def _parts(found: Room) -> str:
    taken = {label: found.parts.get(part, 0) for part, label in PARTS.items()}
    return " · ".join(f"{label} {formats.size(size)}" for label, size in taken.items() if size)
