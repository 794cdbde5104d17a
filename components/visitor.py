"""Who looks at the page, and which workspace that person works in.

Without a login there is one workspace for everybody. With one (`[auth]` in Streamlit's secrets
file) there is nothing at all for somebody who is not logged in: whatever opens a workspace asks
here first.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import TypeVar

import streamlit as st

from evaluation.errors import EvaluationError
from evaluation.people import Person, open_folder, person_of
from evaluation.workspace import Workspace

T = TypeVar("T")
SECRET_LENGTH = 32  # with a shorter one, somebody could find it out and log in as anybody


class LoginError(EvaluationError):
    """Nobody is logged in, where that is needed."""


@dataclass(frozen=True)
class Place:
    """A workspace folder, and whether the visitor may only look at it."""

    folder: Path
    viewed: bool = False


_bound: ContextVar[Place | None] = ContextVar("place", default=None)


def place() -> Place:
    """Give the workspace folder of whoever looks at the page.

    Raises:
        LoginError: a login is needed, and nobody is logged in.
        NoAccessError: somebody is, who has no role here.
    """
    bound = _bound.get()
    if bound is not None:
        return bound
    found, base = person(), _base(os.environ.get("RANKLAB_WORKSPACE", ""))
    return Place(open_folder(found, base), found.viewer) if found else Place(base)


def person() -> Person | None:
    """Give who is logged in; None on a server without a login. Raises as `place` does."""
    if not login_needed():
        return None
    if not logged_in():
        raise LoginError("You are not logged in. Load the page again to log in.")
    return person_of(st.user.to_dict(), _section("roles"))


def known() -> bool:
    """Whether the visitor may see anything at all."""
    try:
        person()
    except EvaluationError:
        return False
    return True


def logged_in() -> bool:
    """Whether the visitor's browser has brought a login that this server has signed."""
    return not fault() and bool(_section("auth")) and st.user.to_dict().get("is_logged_in") is True


def login_needed() -> bool:
    """Whether this server lets nobody in without a login."""
    return bool(_section("auth")) or bool(fault())


def fault() -> str:
    """Say why nobody can log in although it is asked for; "" if all is well.

    A secrets file that cannot be read must not open the server to everybody.
    """
    if st.secrets.load_if_toml_exists():
        wanted = os.environ.get("RANKLAB_LOGIN", "").strip()
        if wanted and not _section("auth"):
            return "RANKLAB_LOGIN asks for a login, but the secrets file has no section [auth]."
        secret = str(_section("auth").get("cookie_secret", ""))
        if _section("auth") and len(secret) < SECRET_LENGTH:
            return f"The cookie_secret is shorter than {SECRET_LENGTH} characters."
        return ""
    if any(Path(file).exists() for file in st.get_option("secrets.files")):
        return "The secrets file cannot be read."
    if os.environ.get("RANKLAB_LOGIN", "").strip():
        return "RANKLAB_LOGIN asks for a login, but there is no secrets file."
    return ""


def providers() -> dict[str, str]:
    """Give the ways to log in: what Streamlit calls each provider, by the label of its button."""
    auth = _section("auth")
    parts = {name: given for name, given in auth.items() if isinstance(given, Mapping)}
    named = [name for name, given in parts.items() if "client_id" in given]
    found = {f"Log in with {name.capitalize()}": name for name in named}
    return ({"Log in": "default"} if "client_id" in auth else {}) | found


def viewing() -> bool:
    """Whether the visitor may look and change nothing."""
    return place().viewed


def bound(act: Callable[[], T]) -> Callable[[], T]:
    """Let a function that Streamlit calls later, without a page, work where the visitor is now.

    A download is written when it is asked for, in a thread that knows of no login.
    """
    here = place()

    @wraps(act)
    def later() -> T:
        with _at(here):
            return act()

    return later


@contextmanager
def _at(here: Place) -> Iterator[None]:
    token = _bound.set(here)
    try:
        yield
    finally:
        _bound.reset(token)


def _section(name: str) -> Mapping[str, object]:
    found = st.secrets.get(name) if st.secrets.load_if_toml_exists() else None
    return found if isinstance(found, Mapping) else {}


@lru_cache(maxsize=64)
def _base(chosen: str) -> Path:  # the argument makes tests with other folders apart
    del chosen
    return Workspace.default().folder
