import pytest

from evaluation.catalogue import MEASURE, figures_of, measured
from evaluation.collections.collection import Collection
from evaluation.collections.demo import add_demo
from evaluation.stage import make_stage, stages
from evaluation.system import system_from_yaml
from evaluation.system_problems import problems
from evaluation.tour import example, tour
from evaluation.workspace import Workspace
from tests.every_stage import ALL
from tests.sample import small_collection


@pytest.fixture
def small() -> Collection:
    return small_collection()


def test_every_stage_is_in_the_tour_or_left_out_with_a_reason(small: Collection) -> None:
    systems, left_out = tour(small)
    shown = {node.stage.label for system in systems for node in system.root.walk()}
    wanted = {cls.label for cls in stages().values() if cls.kind != "run"}
    assert shown | set(left_out) >= wanted
    assert all(reason.endswith(".") for reason in left_out.values())


def test_the_systems_of_the_tour_can_run_and_have_names_of_their_own(small: Collection) -> None:
    systems, _ = tour(small)
    assert [problem for system in systems for problem in problems(system, small)] == []
    assert len({system.name for system in systems}) == len(systems)
    assert systems[0].line() == "bm25 @ 1000"


def test_words_are_cut_as_the_collection_needs_it(workspace: Workspace) -> None:
    chinese = workspace.collection(add_demo(workspace, "xquad-zh"))
    systems, _ = tour(chinese)
    cut = [
        node.stage.parameters()["tokens"]
        for system in systems
        for node in system.root.walk()
        if "tokens" in node.stage.parameters()
    ]
    assert set(cut) == {"bigrams"}


def test_without_documents_there_is_no_tour(small: Collection) -> None:
    assert tour(Collection("Runs", None, small.queries, small.qrels)) == ([], {})


@pytest.mark.parametrize("name", [n for n in ALL if stages()[n].kind != "run"])
def test_every_stage_has_an_example_that_reads_back(name: str) -> None:
    for parameters in stages()[name].examples:
        system = example(make_stage(name, parameters))
        assert system_from_yaml(system.to_yaml()) == system


def test_every_method_of_the_tour_has_a_measured_figure(workspace: Workspace) -> None:
    """After a change of a stage: `python -m benchmarks.catalogue` measures them anew."""
    systems, _ = tour(workspace.collection(add_demo(workspace, "scifact")))
    stored = {figures["line"]: figures for figures in measured()["systems"]}
    for system in systems:
        stage = system.root.stage
        assert system.line() in stored, system.name
        found = [each for each in figures_of(stage.name) if each["name"] == system.name]
        assert [each["parameters"] for each in found] == [stage.parameters()], system.name
        assert all(0 <= each[MEASURE] <= 1 for each in found)
