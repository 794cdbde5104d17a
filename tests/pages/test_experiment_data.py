from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.run import Run
from evaluation.store import list_experiments, open_results
from evaluation.workspace import Workspace
from tests.inline_worker import use_inline_worker
from tests.pages.experiment_page import draft_of, names, press, tick
from tests.shown import labels, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


@pytest.fixture
def page(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The experiment page over a workspace with a small collection, jobs done at once."""
    use_inline_worker(monkeypatch)
    return open_page("experiment", collection=sample[1])


def test_without_a_collection_the_page_says_how_to_get_one(workspace: Workspace) -> None:
    app = open_page("experiment")
    assert "No collection yet" in text_of(app)
    assert labels(app, "page_link") == ["Bring a collection", "See the ways to start"]


def test_an_unknown_collection_in_the_address_is_answered_with_a_sentence(sample: Sample) -> None:
    app = open_page("experiment", collection="smal")
    assert "There is no collection called 'smal'. Did you mean 'small'?" in text_of(app)
    assert draft_of(app).collection == "small"


def test_the_facts_of_the_data_are_shown(page: AppTest) -> None:
    shown = text_of(page)
    assert "48 documents · 8 queries · 48 judgements · 3 uploaded runs" in shown
    assert named(page, "selectbox", "Judgements").options[0] == "test · 8 queries"


def test_a_deleted_collection_does_not_break_the_page(page: AppTest, sample: Sample) -> None:
    tick(page, "BM25")
    sample[0].discard("collections", sample[1])
    sound(page.run())
    assert "No collection yet" in text_of(page)


def test_another_collection_brings_its_split_and_drops_runs_of_the_old_one(
    page: AppTest, sample: Sample
) -> None:
    other = Collection(
        "Other",
        corpus_of([("a", "", "apple pie"), ("b", "", "pear")]),
        Queries.of({"q": "apple"}),
        {"dev": Qrels.of_dict({"q": {"a": 1}})},
    )
    other_id = sample[0].add_collection("Other", other.save)
    tick(tick(page, "BM25"), "noise 0.5")
    sound(named(page, "selectbox", "Collection").set_value(other_id).run())
    assert names(page) == ["BM25"]
    assert draft_of(page).split == "dev"
    assert page.query_params["collection"] == other_id


def test_a_collection_of_runs_only_offers_its_runs_and_fusions(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_inline_worker(monkeypatch)
    workspace, collection_id, _ = sample
    whole = workspace.collection(collection_id)
    runs_only = Collection("Runs", None, whole.queries, whole.qrels)
    runs_id = workspace.add_collection("Runs", runs_only.save)
    for name in ("first", "second"):
        run = Run.from_lists({q: [("d100", 1.0)] for q in whole.queries.ids})
        workspace.add_run(runs_id, name, run, {"of": name})
    app = open_page("experiment", collection=runs_id)
    assert "This collection holds run files only" in text_of(app)
    boxes = [box.label for box in app.checkbox]
    assert not any("BM25" in label for label in boxes)
    tick(tick(app, "first"), "second")
    press(app, "Add the fusion")
    assert names(app)[-1] == "Reciprocal rank fusion: first + second"
    press(app, "Start")
    newest = open_results(workspace, list_experiments(workspace)[0]["id"])
    assert [result.state for result in newest.systems] == ["done"] * 3


def test_names_that_would_be_markup_are_shown_as_they_are(sample: Sample) -> None:
    nasty = "![x](http://example.org/x.png) <b> :red[y]"
    run = Run.from_lists({"q1": [("d100", 1.0)]})
    sample[0].add_run(sample[1], nasty, run, {})
    app = open_page("experiment", collection=sample[1])
    box = next(b for b in app.checkbox if "example" in b.label)
    assert "![x](http" not in box.label
    assert nasty in box.label.replace("\\", "").replace("\u2060", "")


def chinese(workspace: Workspace) -> str:
    documents = [(f"d{n}", "", "丹佛野马队在四分卫佩顿的带领下赢得了比赛" * 3) for n in range(4)]
    collection = Collection(
        "中文",
        corpus_of(documents),
        Queries.of({"q": "谁赢得了比赛"}),
        {"test": Qrels.of_dict({"q": {"d1": 1}})},
    )
    return workspace.add_collection("Chinese", collection.save)


def test_words_in_a_script_without_spaces_are_noticed_and_mended(workspace: Workspace) -> None:
    app = open_page("experiment", collection=chinese(workspace))
    assert "script without spaces" not in text_of(app)
    tick(app, "BM25 on words")
    shown = text_of(app)
    assert "script without spaces" in shown
    assert "0.11 with words and 0.97 with bigrams" in shown
    press(app, "Use bigrams in 1 system")
    assert names(app) == ["BM25 on bigrams"]
    assert draft_of(app).systems[0].system.root.stage.parameters()["tokens"] == "bigrams"
    assert "script without spaces" not in text_of(app)


def test_the_builder_starts_with_what_suits_the_script(workspace: Workspace) -> None:
    app = open_page("experiment", collection=chinese(workspace))
    named_menu(app, "Build a system").set_value("bm25").run()
    stage: Any = draft_of(app).systems[0].system.root.stage
    assert stage.tokens == "bigrams"


def named_menu(app: AppTest, label: str) -> Any:
    return next(menu for menu in app.menu_button if menu.label == label)
