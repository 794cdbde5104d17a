from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.collections.collection import Collection
from evaluation.jobs import Jobs
from evaluation.speeds import ROUGH, Rough
from evaluation.workspace import Workspace
from tests.inline_worker import do_waiting, no_worker, use_inline_worker
from tests.sample import small_collection
from tests.shown import labels, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


@pytest.fixture
def inline(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> Sample:
    """The sample workspace, searches answered when they are asked."""
    use_inline_worker(monkeypatch)
    return sample


def lists(app: AppTest) -> list[dict[str, Any]]:
    """The ranked lists that the browser would draw."""
    import json

    (component,) = app.get("bidi_component")
    found: list[dict[str, Any]] = json.loads(component.proto.json)["columns"]
    return found


def test_without_documents_the_page_says_what_is_missing(workspace: Workspace) -> None:
    whole = small_collection()
    workspace.add_collection("Runs", Collection("Runs", None, whole.queries, whole.qrels).save)
    assert "Nothing to search yet" in text_of(open_page("search"))


def test_before_a_query_is_typed_the_page_asks_for_one(inline: Sample) -> None:
    app = open_page("search")
    assert "Type a query and press Enter" in text_of(app)
    assert not Jobs(inline[0].jobs_file).recent(kinds=("search",))


def test_a_typed_query_is_answered_by_every_system(inline: Sample) -> None:
    app = open_page("search", collection=inline[1], systems="bm25,random-order")
    sound(named(app, "text_input", "Query").set_value("violin").run())
    lexical, floor = lists(app)
    assert (lexical["name"], floor["name"]) == ("BM25", "Random order")
    assert all(hit["id"].startswith("d3") for hit in lexical["hits"])
    assert [hit["rank"] for hit in lexical["hits"]] == list(range(1, len(lexical["hits"]) + 1))
    assert " ms · 5 found" in lexical["note"]
    assert len(floor["hits"]) == 10
    assert app.query_params["text"] == "violin"


def test_a_link_opens_the_same_view(inline: Sample) -> None:
    app = open_page(
        "search", collection=inline[1], systems="random-order,bm25", text="river", depth="20"
    )
    floor, lexical = lists(app)
    assert (floor["name"], lexical["name"]) == ("Random order", "BM25")
    assert len(floor["hits"]) == 20
    assert named(app, "text_input", "Query").value == "river"


def test_the_terms_of_the_query_are_marked(inline: Sample) -> None:
    (lexical,) = lists(open_page("search", collection=inline[1], systems="bm25", text="Rivers"))
    marked = {text.lower() for hit in lexical["hits"] for text, hit_ in hit["text"] if hit_}
    assert marked == {"river"}


def test_hits_of_a_known_query_carry_their_judgements(inline: Sample) -> None:
    app = open_page("search", collection=inline[1], systems="bm25", text="river STUDY")
    assert "query q1 of the collection" in text_of(app)
    assert "4 relevant documents known" in text_of(app)
    badges = {hit["id"]: hit["badges"][0]["text"] for hit in lists(app)[0]["hits"]}
    qrels = inline[0].collection(inline[1]).split("test").of("q1")
    assert badges
    for doc_id, badge in badges.items():
        grade = qrels.get(doc_id)
        assert badge == ("unjudged" if grade is None else f"rel {grade}")


def test_an_unknown_query_carries_no_judgements(inline: Sample) -> None:
    app = open_page("search", collection=inline[1], systems="bm25", text="river")
    assert "of the collection" not in text_of(app)
    assert all(not hit["badges"] for hit in lists(app)[0]["hits"])


def test_systems_of_an_experiment_stand_beside_ready_made_ones(inline: Sample) -> None:
    app = open_page("search", experiment=inline[2], systems="bm25,0,1", text="river study")
    names = [column["name"] for column in lists(app)]
    assert names == ["BM25", "Random order · Sample", "noise-0-5"]
    assert "stored run · 20 found" in lists(app)[2]["note"]


def test_a_run_that_cannot_answer_is_explained_and_the_others_answer(inline: Sample) -> None:
    app = open_page("search", experiment=inline[2], systems="bm25,1", text="rivers")
    assert "the collection's own queries only" in text_of(app)
    assert [column["name"] for column in lists(app)] == ["BM25"]


def test_unknown_names_in_the_address_are_answered_with_sentences(inline: Sample) -> None:
    shown = text_of(open_page("search", collection="smal"))
    assert "There is no collection called 'smal'. Did you mean 'small'?" in shown
    shown = text_of(open_page("search", systems="bm52"))
    assert "There is no system to search with called 'bm52'. Did you mean 'bm25'?" in shown
    assert "There is no experiment called 'gone'" in text_of(open_page("search", experiment="gone"))


def test_a_collection_of_runs_only_in_the_address_is_explained(inline: Sample) -> None:
    whole = small_collection()
    runs = Collection("Runs", None, whole.queries, whole.qrels)
    runs_id = inline[0].add_collection("Runs", runs.save)
    assert "Runs holds run files only" in text_of(open_page("search", collection=runs_id))


def test_nothing_found_is_said(inline: Sample) -> None:
    app = open_page("search", collection=inline[1], systems="bm25", text="xyzzy")
    assert "No system found anything" in text_of(app)


def test_an_answer_is_kept_for_the_visit_and_its_job_is_not(inline: Sample) -> None:
    app = open_page("search", collection=inline[1], systems="bm25", text="river")
    first = lists(app)
    assert not Jobs(inline[0].jobs_file).recent(kinds=("search",))
    sound(app.run())
    assert lists(app) == first
    assert not Jobs(inline[0].jobs_file).recent(kinds=("search",))


def test_a_query_of_the_collection_can_be_drawn(inline: Sample) -> None:
    app = open_page("search", collection=inline[1], systems="bm25")
    sound(named(app, "button", "Draw one").click().run())
    assert app.query_params["text"] in inline[0].collection(inline[1]).queries.texts
    assert "of the collection" in text_of(app)


def test_long_building_is_asked_about_first(
    inline: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROUGH, "nothing", Rough(documents=0.5, queries=1, pairs=1))
    app = open_page("search", collection=inline[1], systems="bm25", text="river")
    assert "The first search builds 2 indexes, which takes about 3 minutes" in text_of(app).replace(
        "**", ""
    )
    assert not app.get("bidi_component")
    sound(named(app, "button", "Build and search").click().run())
    assert lists(app)[0]["name"] == "BM25"


def test_a_slow_search_is_followed_and_can_be_stopped(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    monkeypatch.setattr("components.worker_wait.PATIENCE_S", 0.05)
    app = open_page("search", collection=sample[1], systems="bm25", text="river")
    assert "Waking the search worker" in text_of(app)
    sound(named(app, "button", "Stop").click().run())
    assert "stopped before it had an answer" in text_of(app)
    sound(named(app, "button", "Search again").click().run())
    assert "Waking the search worker" in text_of(app)
    do_waiting(sample[0], "search")
    sound(app.run())
    assert lists(app)[0]["name"] == "BM25"


def test_another_query_stops_the_one_before(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    monkeypatch.setattr("components.worker_wait.PATIENCE_S", 0.05)
    app = open_page("search", collection=sample[1], systems="bm25", text="river")
    named(app, "text_input", "Query").set_value("violin").run()
    states = {job.title: job.state for job in Jobs(sample[0].jobs_file).recent(kinds=("search",))}
    assert states == {"river": "cancelled", "violin": "queued"}


def test_a_search_that_builds_an_index_is_not_stopped_by_another_query(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    monkeypatch.setattr("components.worker_wait.PATIENCE_S", 0.05)
    app = open_page("search", collection=sample[1], systems="bm25", text="river")
    jobs = Jobs(sample[0].jobs_file)
    first = jobs.claim(("search",))
    assert first is not None
    jobs.update(first.id, step="Indexing: BM25")
    sound(app.run())
    assert "builds its index; later ones answer at once" in text_of(app)
    named(app, "text_input", "Query").set_value("violin").run()
    assert not jobs.get(first.id).cancel


def test_a_worker_that_never_comes_is_mentioned(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    monkeypatch.setattr("components.worker_wait.PATIENCE_S", 0.05)
    monkeypatch.setattr("components.worker_wait.SILENT_S", 0.0)
    app = open_page("search", collection=sample[1], systems="bm25", text="river")
    assert "has not begun yet" in text_of(app)


def test_a_failed_search_says_why(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    no_worker(monkeypatch)
    monkeypatch.setattr("components.worker_wait.PATIENCE_S", 0.05)
    app = open_page("search", collection=sample[1], systems="bm25", text="river")
    jobs = Jobs(sample[0].jobs_file)
    jobs.finish(jobs.recent(kinds=("search",))[0].id, "failed", "The disk is *full*.")
    sound(app.run())
    assert "The disk is *full*." in text_of(app)
    assert "Search again" in labels(app)


def test_hostile_text_is_drawn_as_text(inline: Sample) -> None:
    nasty = "<script>alert(1)</script> ![x](http://example.org)"
    app = open_page("search", collection=inline[1], systems="random-order", text=nasty)
    assert named(app, "text_input", "Query").value == nasty
    assert len(lists(app)[0]["hits"]) == 10
