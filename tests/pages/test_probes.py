"""Making a probe collection on the Collections page, and the needle maps on the Slices page."""

import pytest

from evaluation.workspace import Workspace
from tests.inline_worker import no_worker, use_inline_worker
from tests.needled import needle_workspace
from tests.sample import small_collection
from tests.shown import address, named, open_page, sound, text_of


@pytest.fixture
def small(workspace: Workspace) -> str:
    return workspace.add_collection("Small", small_collection().save)


def test_the_form_makes_a_probe_and_ends_on_the_new_collection(
    workspace: Workspace, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_inline_worker(monkeypatch)
    app = open_page("collections", collection=small, tab="probes")
    assert "Keyword queries" in str(app.segmented_control)
    named(app, "number_input", "Number of queries").set_value(7)
    named(app, "number_input", "Seed").set_value(3)
    named(app, "number_input", "Words").set_value(2)
    named(app, "button", "Make it").click()
    sound(app.run())
    assert address(app, "collection") == "small-keyword-queries"
    made = workspace.collection("small-keyword-queries")
    assert len(made.queries) == 7
    assert made.about["summary"].startswith("Keyword queries (words=2), seed 3")
    assert "nobody has read them" in text_of(app)


def test_every_kind_has_its_form_and_a_wrong_list_is_answered_with_a_sentence(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    app = open_page("collections", collection=small, tab="probes")
    for kind, field in (("parts", "Words"), ("masked", "Masks"), ("needles", "Depths")):
        app.session_state["widget probe kind"] = kind
        sound(app.run())
        assert field in [each.label for each in [*app.number_input, *app.text_input]]
    named(app, "text_input", "Depths").set_value("0, 400")
    named(app, "button", "Make it").click()
    sound(app.run())
    assert "The list of depths holds '400'" in text_of(app)
    assert not address(app, "job")


def test_a_probe_that_waits_can_be_cancelled_and_is_seen_on_the_list(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    app = open_page("collections", collection=small, tab="probes")
    named(app, "button", "Make it").click()
    sound(app.run())
    assert "Keyword queries of Small" in text_of(app)
    assert "Make a probe collection" not in text_of(app)
    assert "Keyword queries of Small" in text_of(open_page("collections"))
    again = open_page("collections", collection=small, tab="probes")
    named(again, "button", "Cancel").click()
    sound(again.run())
    assert "Make a probe collection" in text_of(again)


@pytest.mark.parametrize("job", ["nonsense", "../../etc"])
def test_an_unknown_job_in_the_address_leaves_the_form(small: str, job: str) -> None:
    app = open_page("collections", collection=small, tab="probes", job=job)
    assert "Make a probe collection" in text_of(app)


def test_needles_are_mapped_for_every_system(workspace: Workspace) -> None:
    experiment = needle_workspace(workspace)
    app = open_page("slices", experiment=experiment)
    shown = text_of(app)
    assert "Needles in haystacks" in shown
    assert "2 queries per cell." in shown
    assert "**BM25** · R@1 1.0000" in shown
    assert "**Random** · R@1" in shown
    assert "**BM25** · R@10 1.0000" in text_of(
        open_page("slices", experiment=experiment, needle="10")
    )
    assert "· R@1 " in text_of(open_page("slices", experiment=experiment, needle="nonsense"))


def test_other_collections_have_no_needles(sample: tuple[Workspace, str, str]) -> None:
    assert "Needles" not in text_of(open_page("slices", experiment=sample[2]))
