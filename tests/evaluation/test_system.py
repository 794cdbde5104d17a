import pytest

from evaluation.errors import EvaluationError
from evaluation.system import (
    digest,
    node_key,
    system_from_dict,
    system_from_yaml,
)
from evaluation.system_problems import problems
from tests.sample import small_collection

PRINTS = {"corpus": "c", "queries": "q"}
RANDOM = {"stage": "random"}


def test_a_system_reads_back_from_its_yaml_as_an_equal_one() -> None:
    system = system_from_dict({"name": "Zufällig: #1", "stage": "random", "seed": 3, "depth": 10})
    assert system_from_yaml(system.to_yaml()) == system
    assert system.line() == "random @ 10"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- 1", "A stage is written as"),
        ("stage: [", "The YAML text, line 2"),
        ("stage: rendom", "Did you mean 'random'"),
        ("stage: random\ndepth: 0", "depth is 0"),
        ("stage: random\ndepth: many", "depth is 'many'"),
        ("stage: random\ninputs: [{stage: random}]", "has 1 inputs"),
        ("stage: random\ninputs: 3", "Give a list of stages"),
        ("a: &x [1]\nstage: random\nb: *x", "aliases"),
        (
            "!!python/object/apply:os.system ['true']",
            "is not understood here. Write the value alone",
        ),
        ("stage: random\nseed: .inf", "seed is inf"),
        ("x" * 1_000_001, "longer than one million"),
    ],
)
def test_yaml_that_is_no_system_is_answered_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        system_from_yaml(text)
    assert words in str(caught.value)


def test_the_key_of_a_run_depends_on_all_it_was_made_from_and_on_nothing_else() -> None:
    node = system_from_dict(RANDOM).root
    key = node_key(node, PRINTS)
    assert key == node_key(system_from_dict({"name": "other", **RANDOM}).root, PRINTS)
    others = [
        node_key(system_from_dict({**RANDOM, "seed": 43}).root, PRINTS),
        node_key(system_from_dict({**RANDOM, "depth": 9}).root, PRINTS),
        node_key(node, {"corpus": "d", "queries": "q"}),
        node_key(node, {"corpus": "c", "queries": "r"}),
    ]
    assert len({key, *others}) == 5


def test_equal_content_has_an_equal_digest_whatever_the_order() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})


def test_a_retriever_on_a_collection_without_documents_is_a_problem_said_in_advance() -> None:
    collection = small_collection()
    assert problems(system_from_dict(RANDOM), collection) == []
    bare = type(collection)("Runs", None, collection.queries, collection.qrels)
    assert "holds run files only" in problems(system_from_dict(RANDOM), bare)[0]
