"""What a visitor has selected, mirrored in the address; the only file with session keys.

The address wins, so a copied link opens the same view. What the address does not say is
remembered from earlier in the visit, because the menu clears it.
"""

from typing import Any

import streamlit as st

LONGEST_NUMBER = 9  # digits; what Python refuses to read as a number has thousands
KEYS = (
    "collection",
    "experiment",
    "measure",
    "baseline",
    "systems",
    "query",
    "depth",
    "job",
    "text",
    "filter",
    "order",
    "tab",
    "add",
    "upload",
    "split",
    "page",
    "undo",
    "slice",
    "cost",
    "budget",
    "facets",
    "group",
    "test",
    "correction",
    "fate",
    "document",
    "grid",
    "folds",
    "where",
    "xray",
    "found",
    "tasks",
    "rule",
    "covering",
    "method",
    "kind",
    "pair",
    "normaliser",
    "feedback",
    "explained",
    "needle",
)


def get(key: str, default: str = "") -> str:
    """Read a selection: from the address, else from earlier in the visit, else the default."""
    _check(key)
    value = st.query_params.get(key)
    if value is None:
        value = st.session_state.get(f"chosen {key}")
    return default if value is None else str(value)


def here(key: str) -> str:
    """Read a selection from the address alone: "" if it says nothing, whatever was chosen before.

    For pages where an address without the key means something, such as a list of everything.
    """
    _check(key)
    return str(st.query_params.get(key, ""))


def put(**values: object) -> None:
    """Write selections into the address and remember them; None or "" clears one."""
    remember(**values)
    put_here(**values)


def put_here(**values: object) -> None:
    """Write selections into the address alone; other pages do not remember them."""
    for key, value in values.items():
        _check(key)
        text = "" if value is None else str(value)
        if not text:
            st.query_params.pop(key, None)
        elif st.query_params.get(key) != text:
            st.query_params[key] = text


def whole(*keys: str) -> dict[str, str]:
    """Give what is in the address, and of the given keys also what is only remembered."""
    found = {key: value for key in keys if (value := get(key))}
    return found | {key: here(key) for key in KEYS if here(key)}


def exchange(key: str, old: str, new: str) -> None:
    """Put a new value wherever the old one is: in the address, in what is remembered, or both."""
    if here(key) == old:
        put_here(**{key: new})
    if st.session_state.get(f"chosen {key}") == old:
        remember(**{key: new})


def remember(**values: object) -> None:
    """Remember selections for the pages opened next, leaving the address of this page alone."""
    for key, value in values.items():
        _check(key)
        st.session_state[f"chosen {key}"] = str(value) if value not in (None, "") else None


def follow(experiment: str) -> None:
    """Go on with an experiment; what was chosen within another one is forgotten."""
    if st.session_state.get("chosen experiment") not in (None, experiment):
        remember(baseline=None, systems=None, query=None, where=None, xray=None)
    put(experiment=experiment)


def numbers(key: str) -> list[int]:
    """Read a selection that is a list of system numbers, such as `0,3`; others are ignored."""
    parts = [part for part in get(key).split(",") if part.isascii() and part.isdigit()]
    return [int(part) for part in parts if len(part) <= LONGEST_NUMBER]


def go(page: str, **values: object) -> None:
    """Open another page with the given selections in its address."""
    remember(**values)
    chosen = {key: str(value) for key, value in values.items() if value not in (None, "")}
    st.switch_page(f"pages/{page}.py", query_params=chosen)


def belong_to(person: str) -> None:
    """Forget everything if another person goes on in this visit."""
    if st.session_state.get("person", person) != person:
        st.session_state.clear()
    st.session_state["person"] = person


def draft(name: str, empty: Any) -> Any:
    """Give what a visitor is preparing under a name; it lasts as long as the visit."""
    return st.session_state.get(f"draft {name}", empty)


def keep_draft(name: str, value: Any) -> None:
    """Keep what a visitor is preparing, for this page and after a look at another one."""
    st.session_state[f"draft {name}"] = value


def widget_key(name: str) -> str:
    """Give the session key of a widget, apart from the keys of selections."""
    return f"widget {name}"


def _check(key: str) -> None:
    if key not in KEYS:
        raise KeyError(f"{key!r} is not a selection; add it to KEYS in components/state.py")
