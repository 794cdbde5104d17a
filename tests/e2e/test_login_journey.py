"""Two people and a viewer log in at a real provider of OpenID Connect, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.e2e.browsing import WAIT_MS, settled
from tests.e2e.server import Server, serving
from tests.evaluation.test_viewing import content
from tests.openid_provider import CLIENT, SECRET, Provider, providing
from tests.sample import sample_workspace

pytestmark = pytest.mark.browser

SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{cookie}"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[roles]
"*@one.test" = "editor"
"vera@two.test" = "viewer"
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider that knows ana, ben, vera and eve."""
    with providing() as found:
        yield found
        assert found.faults == []


@pytest.fixture(scope="module")
def team_server(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a login; the team's workspace holds the sample."""
    folder = tmp_path_factory.mktemp("team")
    secrets = folder / "secrets.toml"
    text = SECRETS.format(
        cookie="0123456789abcdef" * 4, client=CLIENT, secret=SECRET, provider=provider.address
    )
    secrets.write_text(text)
    workspace, _, _ = sample_workspace(folder / "workspace")
    Jobs(workspace.jobs_file).live()  # the server makes the table when the first viewer comes
    with serving(folder / "workspace", folder / "server.log", secrets=secrets) as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, team_server: Server) -> Iterator[Page]:
    """A browser that nobody has logged in with."""
    context = browser.new_context(base_url=team_server.address)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def log_in(page: Page, who: str) -> None:
    """Press the button, say who it is at the provider, and come back."""
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=who).click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    settled(page)


def test_nothing_is_shown_before_the_login_and_the_link_leads_on_after_it(
    visitor: Page, team_server: Server
) -> None:
    before = content(team_server.workspace.folder)
    visitor.goto("/leaderboard?experiment=sample&measure=R%40100")
    settled(visitor)
    expect(visitor.get_by_role("heading", name="Log in to RankLab")).to_be_visible()
    everything = visitor.locator("body").inner_text()
    for secret in ("Sample", "Small", "noise-", "Overview", "Workspace"):
        assert secret not in everything
    log_in(visitor, "vera")
    visitor.wait_for_url(re.compile(r"/leaderboard\?.*experiment=sample"))
    assert "measure=R%40100" in visitor.url
    expect(visitor.get_by_text("noise-0-5").first).to_be_attached()
    expect(visitor.get_by_text("The team's, as a viewer")).to_be_visible()
    assert content(team_server.workspace.folder) == before, "a viewer has changed something"


def test_what_a_viewer_may_not_do_is_off(visitor: Page) -> None:
    visitor.goto("/workspace?tab=experiments")
    settled(visitor)
    log_in(visitor, "vera")
    visitor.wait_for_url(re.compile("/workspace"))
    settled(visitor)
    visitor.goto("/collections?add=upload")
    settled(visitor)
    expect(visitor.get_by_test_id("stFileUploaderDropzoneInput")).to_be_disabled()


def test_two_people_have_workspaces_of_their_own(browser: Browser, team_server: Server) -> None:
    people = team_server.workspace.folder / "people"
    seen, pages = {}, []
    for who in ("ana", "ben"):
        known = set(people.glob("*")) if people.exists() else set()
        context = browser.new_context(base_url=team_server.address)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        pages.append(page)
        page.goto("/")
        settled(page)
        log_in(page, who)
        folder = next(iter(set(people.glob("*")) - known))
        workspace = Workspace(folder)
        for _ in range({"ana": 1, "ben": 2}[who]):
            sample_workspace(workspace.folder)
        page.goto("/workspace?tab=experiments")
        settled(page)
        seen[who] = page.locator("body").inner_text().replace("\u2060", "")
    assert "Ana <b>Ng</b>" in seen["ana"], "a name is text"
    assert "Ben Ito" in seen["ben"]
    assert "1 experiment." in seen["ana"]
    assert "2 experiments." in seen["ben"]
    pages[0].get_by_role("button", name="Log out").click()
    expect(pages[0].get_by_role("button", name="Log in")).to_be_visible()
    pages[0].goto("/workspace?tab=experiments")
    settled(pages[0])
    expect(pages[0].get_by_role("heading", name="Log in to RankLab")).to_be_visible()
    pages[1].reload()
    settled(pages[1])
    expect(pages[1].get_by_role("button", name="Log out")).to_be_visible()
    for page in pages:
        page.context.close()


def test_whoever_has_no_role_gets_in_nowhere(visitor: Page) -> None:
    visitor.goto("/workspace")
    settled(visitor)
    log_in(visitor, "eve")
    expect(visitor.get_by_text("have no role on this server")).to_be_visible()
    everything = visitor.locator("body").inner_text()
    for secret in ("Sample", "Small", "Overview", "Workspace"):
        assert secret not in everything


def test_a_forged_login_is_none(visitor: Page, team_server: Server) -> None:
    visitor.context.add_cookies(
        [
            {
                "name": "_streamlit_user",
                "value": '{"is_logged_in": true, "iss": "x", "sub": "y"}',
                "url": team_server.address,
            }
        ]
    )
    visitor.goto("/")
    settled(visitor)
    expect(visitor.get_by_role("heading", name="Log in to RankLab")).to_be_visible()


def test_no_secret_is_in_the_log(team_server: Server) -> None:
    assert SECRET not in team_server.words()
    assert "0123456789abcdef" not in team_server.words()
