"""People for tests of pages: somebody who is logged in, without a provider and a browser."""

from typing import Any

from streamlit.testing.v1 import AppTest

from evaluation.people import Person, person_of
from evaluation.workspace import ROOT

ANA: dict[str, Any] = {"iss": "https://id.test", "sub": "1", "name": "Ana"}
BEN: dict[str, Any] = {"iss": "https://id.test", "sub": "2", "name": "Ben"}
VERA: dict[str, Any] = {"iss": "https://id.test", "sub": "3", "name": "Vera"}
AUTH = {"client_id": "x", "cookie_secret": "0123456789abcdef" * 2, "redirect_uri": "x"}


def known(claims: dict[str, Any]) -> Person:
    """Who somebody is to the server below."""
    return person_of(claims, roles())


def roles() -> dict[str, str]:
    """Ana and Ben are editors, Vera looks at the team's workspace."""
    return {person_of(VERA, {}).key: "viewer", "*": "editor"}


def app_of(claims: dict[str, Any] | None) -> AppTest:
    """Give the application as somebody sees it who is logged in, or is not (None)."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.secrets = {"auth": AUTH, "roles": roles()}
    app.user = {"is_logged_in": True, **claims} if claims else {}
    return app


def visit(claims: dict[str, Any] | None, page: str, **query: str) -> AppTest:
    """Open a page as somebody."""
    app = app_of(claims)
    app.query_params.update(query)
    app.switch_page(f"pages/{page}.py").run()
    return app
