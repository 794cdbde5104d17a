from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest

from evaluation.workspace import Workspace
from tests.shown import open_page, sound

Sample = tuple[Workspace, str, str]


def link(app: AppTest) -> dict[str, list[str]]:
    """The selections in the link that the side bar offers."""
    return parse_qs(urlsplit(sound(app).sidebar.code[-1].value).query)


def test_the_link_holds_what_is_in_the_address(sample: Sample) -> None:
    chosen = {"experiment": sample[2], "measure": "AP", "baseline": "1"}
    assert link(open_page("leaderboard", **chosen)) == {k: [v] for k, v in chosen.items()}


def test_the_link_holds_what_is_only_remembered_on_pages_that_show_results(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    app.session_state["chosen measure"] = "AP"
    assert link(app.run())["measure"] == ["AP"]
    app.switch_page("pages/collections.py")
    assert "measure" not in link(app.run())


def test_a_page_that_ends_early_has_a_link_too(workspace: Workspace) -> None:
    assert link(open_page("stages", measure="AP")) == {"measure": ["AP"]}  # there is nothing yet
