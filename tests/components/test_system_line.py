from components.system_line import changed_parameters, system_line
from evaluation.system import system_from_dict


def test_a_line_names_what_is_not_as_usual() -> None:
    tree = {"stage": "rrf", "k": 10, "inputs": [{"stage": "bm25", "k1": 1.2, "b": 0.7}] * 2}
    system = system_from_dict(tree)
    assert system_line(system) == (
        "rrf(bm25, bm25) @ 1000 · BM25: k1=1.2, b=0.7 · Reciprocal rank fusion: k=10"
    )


def test_defaults_are_not_named() -> None:
    system = system_from_dict({"stage": "maxsim", "inputs": [{"stage": "bm25"}]})
    assert system_line(system) == "maxsim(bm25) @ 100"
    assert changed_parameters(system.root) == ""
