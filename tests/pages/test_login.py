"""Nobody sees anything before the login, and nobody sees what is another's after it."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from components import router
from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.evaluation.test_viewing import content
from tests.logins import ANA, AUTH, app_of, known, visit
from tests.shown import sound, text_of

PAGES = [name for pages in router.SECTIONS.values() for name, _, _ in pages]
SHOWN = ("dataframe", "table", "plotly_chart", "metric", "selectbox", "file_uploader", "page_link")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workers that were started; none really is."""
    roles: list[str] = []
    monkeypatch.setattr(worker, "start", lambda _, role="jobs": roles.append(role))
    return roles


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_anything_before_the_login(
    page: str, sample: tuple[Workspace, str, str], started: list[str]
) -> None:
    before = content(sample[0].folder)
    app = sound(visit(None, page, experiment=sample[2], collection=sample[1], text="river"))
    assert [each.value for each in app.subheader] == ["Log in to RankLab"]
    assert [button.label for button in app.button] == ["Log in"]
    assert not [kind for kind in SHOWN if app.get(kind)]
    assert "Sample" not in text_of(app)
    assert started == []
    assert content(sample[0].folder) == before


def test_no_job_starts_before_the_login(sample: tuple[Workspace, str, str]) -> None:
    def script() -> None:
        import streamlit as st

        from components import services
        from evaluation.errors import EvaluationError

        for act in (services.workspace, services.jobs, lambda: services.submit("import", "A", {})):
            try:
                act()
            except EvaluationError as error:
                st.text(str(error))

    app = AppTest.from_function(script)
    app.secrets = {"auth": AUTH}
    sound(app.run())
    assert [each.value.partition(".")[0] for each in app.text] == ["You are not logged in"] * 3
    assert Jobs(sample[0].jobs_file).recent() == []


def test_without_a_secrets_file_there_is_no_login(sample: tuple[Workspace, str, str]) -> None:
    app = AppTest.from_file(Path(router.ROOT) / "app.py", default_timeout=60)
    sound(app.run())
    assert "Log out" not in [button.label for button in app.button]
    assert app.title[0].value


@pytest.mark.parametrize("text", ["[auth", "[other]\nx = 1\n", ""])
def test_a_login_that_is_asked_for_and_not_there_lets_nobody_in(
    text: str, sample: tuple[Workspace, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in the secrets file must not open the server to everybody."""
    file = tmp_path / "secrets.toml"
    if text:
        file.write_text(text)
    monkeypatch.setenv("RANKLAB_LOGIN", "required")
    monkeypatch.setattr(st, "secrets", type(st.secrets)())
    was = st.get_option("secrets.files")
    config._set_option("secrets.files", [str(file)], "this test")
    try:
        app = AppTest.from_file(Path(router.ROOT) / "app.py", default_timeout=60)
        sound(app.run())
    finally:
        config._set_option("secrets.files", was, "this test")
    assert "Nobody can log in" in text_of(app)
    assert not app.button


def test_a_short_cookie_secret_is_no_secret(sample: tuple[Workspace, str, str]) -> None:
    app = app_of(ANA)
    app.secrets = {"auth": AUTH | {"cookie_secret": "xxx"}}
    sound(app.run())
    assert "shorter than 32 characters" in text_of(app)


def test_whoever_is_logged_in_sees_the_name_and_the_way_out(workspace: Workspace) -> None:
    app = sound(visit(ANA | {"name": "**Ana** <b>"}, "overview"))
    assert "**Ana** <b>" in text_of(app)
    assert "Log out" in [button.label for button in app.button]
    assert (workspace.folder / "people" / known(ANA).key / "person.json").exists()
