"""Streamlit's caches, apart by workspace: the only way a component may keep what it has found.

Ids are the same in two people's workspaces (`sample`, say, or the collection `scifact`). So every
key starts with the folder of the visitor's workspace, and nobody is shown what is another's.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from components import visitor

P = ParamSpec("P")
T = TypeVar("T")
Decorator = Callable[[Callable[P, T]], Callable[P, T]]


def resource(**options: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function gives, as `st.cache_resource` does: the same object, never changed."""
    return lambda function: _apart(st.cache_resource(**options), function)


def data(**options: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function gives, as `st.cache_data` does: a copy for every caller."""
    return lambda function: _apart(st.cache_data(**options), function)


def _apart(keeping: Any, function: Callable[P, T]) -> Callable[P, T]:
    def keyed(folder: str, *values: P.args, **named: P.kwargs) -> T:
        del folder  # only the key
        return function(*values, **named)

    # Streamlit tells functions apart by these names, and the sources of all of these are the same
    keyed.__module__, keyed.__qualname__ = function.__module__, function.__qualname__
    cached = keeping(keyed)

    @wraps(function)
    def called(*values: P.args, **named: P.kwargs) -> T:
        given: T = cached(str(visitor.place().folder), *values, **named)
        return given

    called.clear = cached.clear  # type: ignore[attr-defined]
    return called
