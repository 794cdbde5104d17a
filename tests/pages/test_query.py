import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.experiment import experiment_from_dict
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.shown import address, named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


def query(sample: Sample, **given: str) -> AppTest:
    chosen = {"experiment": sample[2], "systems": "3,1", "query": "q2"} | given
    return open_page("query", **chosen)


def lists(app: AppTest) -> list[dict[str, Any]]:
    """The columns that the ranked lists draw."""
    proto = app.get("bidi_component")[0].proto
    columns: list[dict[str, Any]] = json.loads(proto.json or proto.mixed.json)["columns"]
    return columns


def values(app: AppTest) -> Any:
    return app.dataframe[0].value


def relevant(app: AppTest) -> Any:
    return next(frame.value for frame in app.dataframe if "Document" in frame.value)


def test_without_experiments_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No experiments yet" in text_of(open_page("query"))


def test_the_rankings_stand_side_by_side_in_the_order_asked_for(sample: Sample) -> None:
    app = query(sample)
    assert [column["name"] for column in lists(app)] == ["noise-3-0", "noise-0-5"]
    results = open_results(sample[0], sample[2])
    for column, number in zip(lists(app), (3, 1), strict=True):
        expected = [doc_id for doc_id, _ in results.systems[number].run().hits("q2", 10)]
        assert [hit["id"] for hit in column["hits"]] == expected
        assert [hit["rank"] for hit in column["hits"]] == list(range(1, 11))


def test_cards_carry_grade_and_movement(sample: Sample) -> None:
    app = query(sample)
    first, second = lists(app)
    grades = {f"d2{place:02d}": place % 3 for place in range(6)}
    ranks = {hit[0]: rank for rank, hit in enumerate(
        open_results(sample[0], sample[2]).systems[3].run().hits("q2"), 1)}  # fmt: skip
    for hit in second["hits"]:
        badges = [badge["text"] for badge in hit["badges"]]
        grade = grades.get(hit["id"])
        assert badges[0] == ("unjudged" if grade is None else f"rel {grade}")
        assert hit["relevant"] == bool(grade)
        before = ranks.get(hit["id"])
        moved = None if before is None else before - hit["rank"]
        expected = "new" if moved is None else "=" if not moved else (
            f"↑ {moved}" if moved > 0 else f"↓ {-moved}")  # fmt: skip
        assert badges[1] == expected
    assert all(len(hit["badges"]) == 1 for hit in first["hits"])


def test_query_terms_are_marked_in_the_texts(sample: Sample) -> None:
    parts = [part for hit in lists(query(sample))[1]["hits"] for part in hit["text"]]
    marked = {text.lower() for text, hit in parts if hit}
    assert "engine" in marked
    assert marked <= {"engine", "engines", "study", "studies"}


def test_the_values_of_this_query_are_shown_for_each_system(sample: Sample) -> None:
    app = query(sample)
    results = open_results(sample[0], sample[2])
    assert values(app)["System"].tolist() == ["noise-3-0", "noise-0-5"]
    expected = [results.systems[n].stored_scores()["nDCG@10"][1] for n in (3, 1)]
    assert values(app)["nDCG@10"].tolist() == pytest.approx(expected)


def test_relevant_documents_are_listed_with_who_finds_them(sample: Sample) -> None:
    app = query(sample)
    shown = relevant(app)
    assert sorted(shown["Document"]) == ["d201", "d202", "d204", "d205"]
    assert shown["Grade"].tolist() == [2, 2, 1, 1]
    runs = [open_results(sample[0], sample[2]).systems[n].run() for n in (3, 1)]
    for row in shown.to_dict("records"):
        found = [row["Document"] in dict(run.hits("q2", 10)) for run in runs]
        words = ["nobody", "only noise-0-5", "only noise-3-0", "all"]
        assert row["In the top 10 of"] == words[2 * found[0] + found[1]]


def test_depth_goes_into_the_address_and_deepens_the_lists(sample: Sample) -> None:
    app = query(sample)
    named(app, "button_group", "Documents of each ranking").set_value(20)
    sound(app.run())
    assert address(app, "depth") == "20"
    assert [len(column["hits"]) for column in lists(app)] == [20, 20]


@pytest.mark.parametrize("depth", ["", "7", "x", "-10", "100000000"])
def test_any_other_depth_in_the_address_means_ten(sample: Sample, depth: str) -> None:
    assert len(lists(query(sample, depth=depth))[0]["hits"]) == 10


def test_up_to_eight_systems_and_one_alone_can_be_shown(sample: Sample) -> None:
    assert len(lists(query(sample, systems="0,1,2,3"))) == 4
    alone = query(sample, systems="2")
    assert len(lists(alone)) == 1
    assert "Δ" not in text_of(alone)


def test_an_unknown_query_is_answered_with_a_sentence(sample: Sample) -> None:
    app = query(sample, query="q22")
    assert "There is no query called 'q22'. Did you mean 'q2'?" in text_of(app)
    assert not app.get("bidi_component")
    named(app, "selectbox", "Query").select(2)
    sound(app.run())
    assert address(app, "query") == "q3"
    assert app.get("bidi_component")


def test_unknown_systems_are_answered_with_a_sentence(sample: Sample) -> None:
    app = query(sample, systems="1,99")
    assert "asks for system 99" in text_of(app)
    assert [column["name"] for column in lists(app)] == ["noise-0-5"]


def test_the_worst_query_comes_first_and_the_next_is_a_click_away(sample: Sample) -> None:
    app = open_page("query", experiment=sample[2], systems="3,1")
    systems = open_results(sample[0], sample[2]).systems
    gain = systems[1].stored_scores()["nDCG@10"] - systems[3].stored_scores()["nDCG@10"]
    order = [f"q{row + 1}" for row in gain.argsort(kind="stable")]
    assert app.button(key="widget previous query").disabled
    assert order[0] in text_of(app)
    app.button(key="widget next query").click()
    sound(app.run())
    assert address(app, "query") == order[1]
    app.button(key="widget previous query").click()
    sound(app.run())
    assert address(app, "query") == order[0]


@pytest.mark.parametrize(
    "order", ["loss", "low", "flips", "spread", "tau", "rbo", "apart", "file", "?"]
)
def test_every_order_lists_every_query_once(sample: Sample, order: str) -> None:
    app = query(sample, order=order)
    options = named(app, "selectbox", "Query").options
    assert sorted(option.split("  ·  ")[0] for option in options) == [f"q{n}" for n in range(1, 9)]


def test_choosing_an_order_puts_it_into_the_address(sample: Sample) -> None:
    app = query(sample)
    named(app, "selectbox", "Order").select("gain")
    sound(app.run())
    assert address(app, "order") == "gain"


def test_choosing_systems_puts_them_into_the_address(sample: Sample) -> None:
    app = query(sample)
    app.multiselect[0].set_value([1, 2, 0])
    sound(app.run())
    assert address(app, "systems") == "1,2,0"


def test_a_relevant_document_opens_in_full(sample: Sample) -> None:
    app = query(sample)
    app.session_state["widget document asked for"] = "d204"
    sound(app.run())
    text = text_of(app)
    assert "d204" in text
    assert "grade 1" in text
    bodies = "".join(element.proto.body for element in app.get("html"))
    assert "<mark>engine</mark>" in bodies
    sound(app.run())
    assert "grade 1" not in text_of(app)


def test_documents_are_shown_as_text(workspace: Workspace) -> None:
    from evaluation.collections.collection import corpus_of

    nasty = "<script>alert(1)</script> river ![x](http://evil.test/x.png)"
    collection = Collection(
        "Nasty", corpus_of([("<b>d1</b>", nasty, nasty)]), Queries.of({"q1": "river"}),
        {"test": Qrels.of_dict({"q1": {"<b>d1</b>": 1}})},
    )  # fmt: skip
    collection_id = workspace.add_collection("Nasty", collection.save)
    asked = {"collection": collection_id, "split": "test", "systems": [{"stage": "random"}]}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    app = open_page("query", experiment=experiment)
    hit = lists(app)[0]["hits"][0]
    assert hit["id"] == "<b>d1</b>"
    assert "".join(text for text, _ in hit["text"]) == nasty
    app.session_state["widget document asked for"] = "<b>d1</b>"
    sound(app.run())
    bodies = "".join(element.proto.body for element in app.get("html"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>river</mark>" in bodies
    assert "<script" not in bodies


def runs_only(workspace: Workspace, split: str) -> str:
    """An experiment on a collection that has ids only: no corpus, no texts of queries."""
    grades = {"q1": {"a": 1, "z": 1}, "q2": {"b": 0}}
    collection = Collection(
        "Runs", None, Queries.of({"q1": "", "q2": ""}), {"test": Qrels.of_dict(grades)}
    )
    collection_id = workspace.add_collection("Runs", collection.save)
    rankings = {"q1": [("a", 2.0), ("b", 1.0)]}, {"q1": [("b", 2.0), ("c", 1.0)]}
    runs = [workspace.add_run(collection_id, "run", Run.from_lists(one), {}) for one in rankings]
    systems = [{"name": f"run {n}", "stage": "run", "run": run} for n, run in enumerate(runs)]
    asked = {"collection": collection_id, "split": split, "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def test_it_works_without_texts(workspace: Workspace) -> None:
    app = open_page("query", experiment=runs_only(workspace, "test"), query="q1", systems="0,1")
    assert "the collection holds no text for this query" in text_of(app)
    assert [hit["id"] for hit in lists(app)[0]["hits"]] == ["a", "b"]
    assert relevant(app)["In the top 10 of"].tolist() == ["only run 0", "nobody"]
    assert "1 in nobody's top 10" in text_of(app)


def test_a_system_without_an_answer_says_so(workspace: Workspace) -> None:
    app = open_page("query", experiment=runs_only(workspace, "test"), query="q2", systems="0,1")
    assert [column["hits"] for column in lists(app)] == [[], []]
    assert "Nothing is judged relevant for this query" in text_of(app)


def test_it_works_without_judgements(workspace: Workspace) -> None:
    app = open_page("query", experiment=runs_only(workspace, ""), query="q1", systems="0,1")
    assert "no judgements" in text_of(app)
    assert all(b["kind"] != "unjudged" for hit in lists(app)[1]["hits"] for b in hit["badges"])
    found = relevant(app)
    assert "Grade" not in found
    assert dict(zip(found["Document"], found["In the top 10 of"], strict=True)) == {
        "a": "only run 0", "b": "all", "c": "only run 1",
    }  # fmt: skip
