"""The builder, driven through the experiment page."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.experiment_draft import Draft
from components.stage_choice import Offer, choice_of, labels
from evaluation.stage import make_stage, stages
from evaluation.system import Node, System
from evaluation.workspace import Workspace
from tests.sample import random_run
from tests.shown import named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


@pytest.fixture
def page(sample: Sample) -> AppTest:
    """The experiment page with one system that starts from BM25, opened for editing."""
    app = open_page("experiment", collection=sample[1])
    return choose(app, "Build a system", "bm25")


def choose(app: AppTest, label: str, option: str, place: int = 0) -> AppTest:
    menus = [menu for menu in app.menu_button if menu.label == label]
    return sound(menus[place].set_value(option).run())


def change(app: AppTest, option: str, node: int = 0) -> AppTest:
    """Choose from the menu of a node, counted from the top of the page."""
    return choose(app, "Change", option, node)


def menu(app: AppTest, node: int = 0) -> list[str]:
    return list([menu for menu in app.menu_button if menu.label == "Change"][node].options)


def systems(app: AppTest) -> list[System]:
    draft = app.session_state["draft experiment"]
    assert isinstance(draft, Draft)
    return [drafted.system for drafted in draft.systems]


def nth(app: AppTest, kind: str, label: str, place: int) -> Any:
    elements: list[Any] = list(app.get(kind))
    return [element for element in elements if element.label == label][place]


def test_a_system_starts_from_one_stage_and_is_opened(page: AppTest) -> None:
    (system,) = systems(page)
    assert (system.name, system.line()) == ("BM25", "bm25 @ 1000")
    assert system.facets() == ["lexical"]
    assert "bm25 @ 1000" in text_of(page)
    assert "lexical" in text_of(page)
    assert named(page, "number_input", "k1").value == 0.9


def test_a_stage_is_reranked_fused_and_taken_out_by_its_menu(page: AppTest) -> None:
    assert "Take out" not in menu(page)
    change(page, "above maxsim")
    assert systems(page)[0].line() == "maxsim(bm25) @ 100"
    assert systems(page)[0].name == "Late interaction (MaxSim) over BM25"
    change(page, "above rrf", node=1)
    assert systems(page)[0].line() == "maxsim(rrf(bm25, dense)) @ 100"
    change(page, "input", node=1)
    assert systems(page)[0].line() == "maxsim(rrf(bm25, dense, run)) @ 100"
    change(page, "remove", node=2)
    assert systems(page)[0].line() == "maxsim(rrf(dense, run)) @ 100"
    change(page, "remove", node=0)
    assert systems(page)[0].line() == "rrf(dense, run) @ 1000"


def test_depth_and_parameters_are_changed_at_every_node(page: AppTest) -> None:
    change(page, "above maxsim")
    sound(nth(page, "number_input", "Depth", 0).set_value(20).run())
    sound(nth(page, "number_input", "Depth", 1).set_value(50).run())
    sound(named(page, "number_input", "k1").set_value(1.4).run())
    root = systems(page)[0].root
    assert (root.depth, root.inputs[0].depth) == (20, 50)
    assert root.inputs[0].stage.parameters()["k1"] == 1.4
    assert systems(page)[0].name == "Late interaction (MaxSim) over BM25 (k1=1.4)"
    assert "Parameters · k1=1.4" in [e.label.replace("\\", "") for e in page.expander]


def test_another_stage_takes_the_place_of_one(page: AppTest) -> None:
    sound(named(page, "selectbox", "Stage").set_value("dense").run())
    assert systems(page)[0].line() == "dense @ 1000"
    runs = [o for o in named(page, "selectbox", "Stage").options if o.startswith("noise")]
    assert runs == ["noise 0.5", "noise 1.0", "noise 3.0"]
    change(page, "above rrf")
    sound(nth(page, "selectbox", "Stage", 0).set_value("weighted").run())
    assert systems(page)[0].line() == "weighted(dense, bm25) @ 1000"


def test_a_value_that_a_stage_refuses_leaves_the_tree_as_it_was(page: AppTest) -> None:
    change(page, "above weighted")
    before = systems(page)
    sound(named(page, "text_input", "weights").set_value("a, b").run())
    assert "Give numbers separated by commas" in text_of(page)
    assert systems(page) == before


def test_a_system_is_named_duplicated_moved_and_removed(page: AppTest) -> None:
    field = page.text_input(key="widget name of system 0")
    sound(field.set_value("Mine").run())
    assert systems(page)[0].name == "Mine"
    choose(page, "", "duplicate")
    assert [system.name for system in systems(page)] == ["Mine", "Mine (2)"]
    choose(page, "", "down")
    assert [system.name for system in systems(page)] == ["Mine (2)", "Mine"]
    choose(page, "", "remove")
    assert [system.name for system in systems(page)] == ["Mine"]


def test_a_closed_card_has_no_form(page: AppTest) -> None:
    sound(named(page, "button", "Done").click().run())
    assert not [field for field in page.number_input if field.label == "k1"]
    sound(named(page, "button", "Edit").click().run())
    assert named(page, "number_input", "k1").value == 0.9


def test_several_systems_are_fused_into_a_new_one(page: AppTest) -> None:
    choose(page, "Build a system", "random")
    choose(page, "Build a system", "dense")
    sound(named(page, "multiselect", "Systems").set_value([0, 1]).run())
    sound(named(page, "selectbox", "Method").set_value("weighted").run())
    sound(named(page, "button", "Add the fusion").click().run())
    assert systems(page)[-1].line() == "weighted(bm25, random) @ 1000"
    assert systems(page)[-1].name == "Weighted sum: BM25 + Random order"


def as_text(app: AppTest) -> AppTest:
    views: list[Any] = list(app.get("button_group"))
    view = next(each for each in views if each.key == "widget system 0 view")
    return sound(view.set_value("text").run())


def test_a_system_is_shown_as_yaml_and_edited_there(page: AppTest) -> None:
    as_text(page)
    field = named(page, "text_area", "Edit or paste")
    assert field.value == systems(page)[0].to_yaml()
    assert systems(page)[0].to_yaml().strip() in [block.value for block in page.code]
    text = "name: Pasted\nstage: maxsim\ninputs:\n- stage: bm25\n"
    field.set_value(text).run()
    sound(named(page, "button", "Apply").click().run())
    assert systems(page)[0].name == "Pasted"
    assert systems(page)[0].line() == "maxsim(bm25) @ 100"
    assert named(page, "text_area", "Edit or paste").value == systems(page)[0].to_yaml()


def test_faulty_yaml_is_answered_with_its_line_and_stays_in_the_field(page: AppTest) -> None:
    as_text(page)
    text = "stage: bm25\nk1: 1.2\nb: 7\n"
    named(page, "text_area", "Edit or paste").set_value(text).run()
    sound(named(page, "button", "Apply").click().run())
    assert "Line 3: BM25: b is 7.0. Give a value from 0 to 1." in text_of(page)
    assert named(page, "text_area", "Edit or paste").value == text
    assert systems(page)[0].line() == "bm25 @ 1000"


def test_an_offer_without_documents_has_runs_fusions_and_cutoffs_only() -> None:
    offer = Offer(documents=False, runs={"a-1": "A", "b-2": "B"})
    assert offer.leaves() == {"run:a-1": "A", "run:b-2": "B"}
    assert offer.above() == labels("fusion") | labels("cutoff")
    leaf = Node(offer.fresh("run:a-1"))
    assert choice_of(offer.another_leaf(leaf).stage) == "run:b-2"


def test_runs_of_one_name_are_told_apart_by_their_ids() -> None:
    names = {"a": "BM25", "b": "mine", "b-2": "mine", "c": "mine (b)", "d": "x" * 500, "e": "alone"}
    found = Offer(True, names).leaves()
    assert len(set(found.values())) == len(found) == len(labels("retriever")) + len(names)
    assert found["bm25"] == labels("retriever")["bm25"] == "BM25"
    assert (found["run:a"], found["run:b-2"]) == ("BM25 (a)", "mine (b-2)")
    assert (found["run:e"], max(map(len, found.values()))) == ("alone", 120)


def test_runs_of_one_name_stand_side_by_side_on_the_page(sample: Sample) -> None:
    workspace, collection, _ = sample
    run = random_run(workspace.collection(collection), 5, 1.0)
    ids = [workspace.add_run(collection, "BM25", run, {}) for _ in range(2)]
    app = open_page("experiment", collection=collection)
    for run_id in ids:
        choose(app, "Build a system", f"run:{run_id}")
    assert [choice_of(system.root.stage) for system in systems(app)] == [f"run:{i}" for i in ids]
    assert [system.name for system in systems(app)] == ["BM25", "BM25 (2)"]


def test_an_offer_knows_parameters_that_suit_the_collection() -> None:
    fitted = make_stage("bm25", {"tokens": "bigrams"})
    offer = Offer(documents=True, runs={}, fitted={"bm25": fitted})
    assert offer.fresh("bm25") == fitted
    assert offer.fresh("dense") == make_stage("dense", {})
    assert choice_of(offer.another_leaf(Node(fitted)).stage) == "dense"


def test_a_cutoff_is_put_above_a_stage_and_says_what_it_reads(page: AppTest) -> None:
    app = change(page, "above adaptive-cutoff")
    (system,) = systems(app)
    assert system.line() == "adaptive-cutoff(bm25) @ 1000"
    assert "keeps the beginning of what comes from" in text_of(app)
    assert named(app, "number_input", "theta").value == 0.5
    app = sound(named(app, "number_input", "theta").set_value(0.8).run())
    assert systems(app)[0].root.stage.parameters()["theta"] == 0.8


def test_feedback_is_offered_only_where_it_finds_an_index_to_search(page: AppTest) -> None:
    for name in labels("feedback"):
        wanted = stages()[name].searches  # type: ignore[attr-defined]
        offered = f"Search again: {stages()[name].label}" in menu(page)
        assert offered == issubclass(stages()["bm25"], wanted)
