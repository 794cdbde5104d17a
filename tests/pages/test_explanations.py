import pytest

from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.inline_worker import do_waiting, no_worker, use_inline_worker
from tests.shown import address, labels, named, open_page, sound, text_of
from tests.staged import staged_experiment

ASKED = {"systems": "0,1", "query": "q1"}


@pytest.fixture
def inline(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A finished experiment, explanations made when they are asked for."""
    use_inline_worker(monkeypatch)
    staged_experiment(workspace)
    return workspace


def test_two_systems_are_explained_stage_by_stage(inline: Workspace) -> None:
    app = open_page("query", **ASKED)
    assert "Why is this document here?" in text_of(app)
    assert "add up to" not in text_of(app)  # only on demand
    sound(named(app, "button", "Explain").click().run())
    shown = text_of(app)
    assert "1 · BM25" in shown
    assert "4 · Reciprocal rank fusion" in shown
    assert shown.count("The terms add up to") == 2
    assert shown.count("The inputs add up to") == 2
    assert "drawn at random" in shown
    marked = [block.proto.body for block in app.get("html") if "<mark>" in block.proto.body]
    assert any("<mark>river</mark>" in body.lower() for body in marked)
    assert not Jobs(inline.jobs_file).recent(kinds=("explain",))


def test_an_explanation_is_kept_for_the_next_visitor(inline: Workspace) -> None:
    sound(named(open_page("query", **ASKED), "button", "Explain").click().run())
    again = open_page("query", **ASKED)
    assert "Explain" not in labels(again)
    assert "The terms add up to" in text_of(again)


def test_the_document_is_in_the_address_and_an_unknown_one_is_left_out(inline: Workspace) -> None:
    app = open_page("query", document="nowhere", **ASKED)
    choice = named(app, "selectbox", "Document")
    doc_id = choice.options[2].partition(" ")[0]
    sound(choice.set_value(doc_id).run())
    assert address(app, "document") == doc_id
    assert named(app, "selectbox", "Document").value == doc_id


def test_while_the_worker_is_busy_the_page_follows_and_can_stop(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged_experiment(workspace)
    no_worker(monkeypatch)
    app = open_page("query", **ASKED)
    sound(named(app, "button", "Explain").click().run())
    assert "Waking the search worker" in text_of(app)
    assert not Jobs(workspace.jobs_file).live()  # it is not on the list of long jobs
    do_waiting(workspace, "search")
    assert "The terms add up to" in text_of(sound(app.run()))


def test_a_stopped_explanation_can_be_asked_for_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged_experiment(workspace)
    no_worker(monkeypatch)
    app = open_page("query", **ASKED)
    sound(named(app, "button", "Explain").click().run())
    sound(named(app, "button", "Stop").click().run())
    assert "Explain again" in labels(app)


def test_uploaded_runs_alone_cannot_be_explained_and_that_is_said(inline: Workspace) -> None:
    app = open_page("query", systems="2", query="q1")
    assert "Uploaded runs hold ranks and scores only" in text_of(app)
    assert "Explain" not in labels(app)


def test_an_uploaded_run_beside_a_system_says_why_it_has_no_parts(inline: Workspace) -> None:
    app = open_page("query", systems="2,1", query="q1")
    sound(named(app, "button", "Explain").click().run())
    assert "nothing says how they came about" in text_of(app)
    assert "The terms add up to" in text_of(app)


def test_of_more_than_two_systems_any_two_can_be_explained(inline: Workspace) -> None:
    app = open_page("query", systems="0,1,2", query="q1")
    choice = named(app, "multiselect", "Systems to explain")
    assert choice.value == [0, 2]  # at first the first and the last
    sound(choice.set_value([1, 0]).run())
    assert address(app, "explained") == "1,0"
    sound(named(app, "button", "Explain").click().run())
    assert text_of(app).count("The terms add up to") == 2
    sound(named(app, "multiselect", "Systems to explain").set_value([1]).run())
    sound(named(app, "button", "Explain").click().run())
    assert text_of(app).count("The terms add up to") == 1


@pytest.mark.parametrize(
    ("asked", "shown"), [("2,1", [2, 1]), ("7,1", [1]), ("x", [0, 2]), ("0,0", [0])]
)
def test_which_systems_are_explained_is_read_from_the_address(
    inline: Workspace, asked: str, shown: list[int]
) -> None:
    app = open_page("query", systems="0,1,2", query="q1", explained=asked)
    assert named(app, "multiselect", "Systems to explain").value == shown
