"""The page before the login, and the person's name with the way out in the side bar."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAuthError

from components import errors, safe, state, visitor, wanted
from evaluation.errors import EvaluationError
from evaluation.people import NoAccessError, Person

ROLES = {  # what the side bar says about the workspace, and more
    "editor": ("Your workspace", "Collections, experiments and jobs that only you see."),
    "team": ("The team's workspace", "Everybody of the team sees what you do here."),
    "viewer": ("The team's, as a viewer", "You see everything and change nothing."),
}


def let_in(root: Path, page: str) -> bool:
    """Say whether the visitor may see a page; if not, show how to log in instead."""
    try:
        person = visitor.person()
    except NoAccessError as error:
        _show_refusal(root, error)
        return False
    except EvaluationError:
        wanted.remember(page, dict(st.query_params))
        _show_login(root)
        return False
    if person is not None:
        state.belong_to(person.key)
        _return(page)
        _show_person(person)
    return True


def _return(page: str) -> None:
    """Go to the page that was asked for before the login, which ends on the first page."""
    there = wanted.take() if page == "" and not st.query_params else None
    if there is not None and there != ("", {}):
        st.switch_page(f"pages/{there[0] or 'overview'}.py", query_params=there[1])


def _show_login(root: Path) -> None:
    with _card(root):
        st.subheader("Log in to RankLab", anchor=False, text_alignment="center")
        fault = visitor.fault()
        if fault:
            errors.show(f"Nobody can log in: {fault} Whoever runs this server has to mend that.")
            return
        st.caption(
            "Collections, experiments and results of this server are for people it knows.",
            text_alignment="center",
        )
        for label, provider in visitor.providers().items():
            if st.button(label, type="primary", icon=":material/login:", width="stretch"):
                _go(provider)


def _go(provider: str) -> None:
    try:
        st.login(None if provider == "default" else provider)
    except StreamlitAuthError as error:
        errors.show(f"The login is not set up as it should be ({error}). Mend the secrets file.")


def _show_refusal(root: Path, error: NoAccessError) -> None:
    with _card(root):
        st.subheader("No access", anchor=False, text_alignment="center")
        errors.show(error)
        _show_way_out()


def _card(root: Path) -> DeltaGenerator:
    left, middle, right = st.columns([1, 1.4, 1])
    del left, right
    with middle:
        st.space("large")
        card = st.container(border=True, horizontal_alignment="center", gap="small")
    with card:
        st.image(str(root / "static" / "icon.svg"), width=56)
    return card


def _show_person(person: Person) -> None:
    with st.sidebar, st.container(gap="small"):
        label, meaning = ROLES[person.role]
        st.caption(f":material/person: **{safe.label(person.name)}**  \n{label}", help=meaning)
        _show_way_out()


def _show_way_out() -> None:
    if st.button("Log out", icon=":material/logout:", key=state.widget_key("log out")):
        st.logout()
        st.stop()
