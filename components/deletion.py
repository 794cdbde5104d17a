"""What every dialog asks before something is deleted: its size, who depends on it, the way back."""

import streamlit as st

from components import errors, formats, safe
from evaluation.dependents import Dependents, Use
from evaluation.errors import InputError
from evaluation.trash import KEPT_DAYS

SHOWN = 6
BACK = (
    f"It goes to the trash and can be put back for {KEPT_DAYS} days: with Undo right after, or on "
    "the Workspace page (Trash)."
)


def show_question(*found: Dependents, note: str = BACK) -> bool:
    """Show size and dependents of what is to be deleted; tells whether it may be.

    A dialog is given them by its page: it runs once more after the deletion, when nobody could
    look them up any more.

    Args:
        found: each thing that goes.
        note: whether and how it can be undone.
    """
    try:
        for each in found:
            each.require_idle()
    except InputError as error:
        errors.show(error)
        return False
    names = ", ".join(f"**{safe.label(each.name)}**" for each in found[:SHOWN])
    names += f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    size = formats.size(sum(each.bytes for each in found))
    verb = "takes" if len(found) == 1 else "take"
    lines = [f"- {_line(use)}" for each in found[:SHOWN] for use in each.uses]
    st.markdown(f"{names} {verb} {size} on disk.{'' if lines else ' Nothing else uses it.'}")
    if lines:
        st.markdown("\n".join(lines))
    st.caption(note)
    return True


def _line(use: Use) -> str:
    """Say of one kind of users how many there are, who, and what becomes of each."""
    count, different = len(use.names), list(dict.fromkeys(use.names))
    names = ", ".join(safe.label(name) for name in different[:SHOWN])
    names += " …" if len(different) > SHOWN else ""
    many = {"cached index or ranking": "cached indexes and rankings"}.get(use.what, "")
    each = "" if count == 1 else "each "
    return f"{formats.plural(count, use.what, many)} ({names}): {each}{use.fate}"
