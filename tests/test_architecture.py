"""The borders of ARCHITECTURE.md, kept by tests and not by goodwill."""

import ast
import json
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.sources import (
    PRODUCT,
    ROOT,
    Import,
    below,
    calls,
    files,
    imports,
    module_of,
    python_files,
    text_of,
    tree_of,
)

HEAVY = {"torch", "transformers", "sentence_transformers", "faiss", "bm25s", "openvino"}
# place -> packages that may not be imported there, not even inside a function
BORDERS = {
    "evaluation": {"streamlit", "plotly", "components", "pages", "tests", "benchmarks"},
    "components": HEAVY | {"pages", "tests", "ir_measures"},
    "components/charts": {"streamlit"},
    "pages": HEAVY | {"pandas", "numpy", "pyarrow", "plotly", "tests", "ir_measures"},
    "app.py": HEAVY | {"pandas", "numpy", "pyarrow", "plotly", "tests", "evaluation"},
}
# package -> the only places of the product that may import it
DOORS = {
    "ir_measures": ("evaluation/measures",),
    "sqlite3": ("evaluation/jobs.py", "evaluation/job_table.py"),
    "subprocess": ("evaluation/worker.py", "evaluation/measures/others.py"),
    "sentence_transformers": ("evaluation/models",),
    "transformers": ("evaluation/models",),
    "openvino": ("evaluation/models",),
    "openai": ("evaluation/language_models",),
}
UNREADABLE = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
# As ARCHITECTURE.md lists them: each may import from its own line and the lines above it.
LAYERS = [
    line.split()
    for line in re.findall(r"```layers\n(.*?)```", text_of("ARCHITECTURE.md"), re.S)[0].splitlines()
]
# Files that sort something else than hits, and what.
SORTS_OTHER_THINGS = {
    "evaluation/conclusions.py": "systems, by their means",
    "evaluation/comparison.py": "queries, by how far two systems differ",
    "evaluation/measures/judgements.py": "judgements, to find them again by their codes",
    "evaluation/measures/bounds_gain.py": "unjudged documents, by what they would change",
    "evaluation/measures/open_hits.py": "grades, for the best order there could be",
    "evaluation/measures/significance.py": "p-values",
    "evaluation/pareto.py": "systems, by how good they are",
    "evaluation/measures/wilcoxon.py": "differences, by their size",
    "evaluation/measures/best_order.py": "judged documents of a run, for its best order",
    "evaluation/measures/ties.py": "judged documents of equal score, for the bounds of a measure",
    "evaluation/measures/formulas.py": "grades, for the best order there could be",
    "evaluation/lexical/": "terms, by their weight; neighbours of a document",
    "evaluation/models/": "texts, by their length",
    "evaluation/token_index/": "tokens by centroid, candidates before they are scored, centres",
    "evaluation/ngrams/": "n-grams by weight, the documents they select, suffixes, places",
    "evaluation/weighted_terms.py": "terms of a text, by their weight",
}
BAD_NAMES = {"utils", "util", "common", "helpers", "helper", "types", "core", "manager", "misc"}
TOP_LEVEL = {
    *("app.py", "pages", "components", "evaluation", "data", "static", "tests", "benchmarks"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "Makefile"),
    "THIRD_PARTY.md",
    *("requirements.txt", "requirements-dev.txt", "Dockerfile"),
}


@pytest.mark.parametrize("place", BORDERS)
def test_a_folder_imports_nothing_from_beyond_its_border(place: str) -> None:
    assert python_files(place)
    assert not [str(found) for found in imports(place) if found.package in BORDERS[place]]


@pytest.mark.parametrize("package", DOORS)
def test_a_package_with_a_door_is_imported_there_only(package: str) -> None:
    using = [found for found in imports(*PRODUCT) if found.package == package]
    assert not [str(found) for found in using if not below(found.file, *DOORS[package])]


def test_nothing_can_read_or_write_a_pickle() -> None:
    found = [each for each in imports() if each.package in UNREADABLE]
    to_catch = "pickle.UnpicklingError"  # what torch raises where weights are more than tensors
    assert not [str(each) for each in found if each.module != to_catch]


def test_heavy_libraries_are_imported_inside_functions() -> None:
    found = [found for found in imports(*PRODUCT, "benchmarks") if found.package in HEAVY]
    assert not [str(each) for each in found if each.at_import]


def test_the_web_process_loads_no_heavy_library() -> None:
    named = {module_of(file) for file in python_files("components", "evaluation")}
    named |= {_ours(found) for found in imports("pages", "app.py")} & named
    assert _loaded(sorted(named)) & HEAVY == set()


def test_the_engine_loads_no_user_interface() -> None:
    named = sorted(module_of(file) for file in python_files("evaluation"))
    assert _loaded(named) & {"streamlit", "plotly"} == set()


def _loaded(modules: list[str]) -> set[str]:
    """Import modules in a fresh process; gives the outermost packages loaded by then."""
    script = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(answer.stdout.splitlines()[-1]))


def _ours(found: Import) -> str:
    """The module of ours that an import runs: `a.b` may be a module or a name in module `a`."""
    modules = {module_of(file) for file in python_files(*PRODUCT)}
    return found.module if found.module in modules else found.module.rpartition(".")[0]


def _layer(module: str) -> int | None:
    """The place of a module of the engine in LAYERS; the longest name that fits decides."""
    name = module.removeprefix("evaluation.")
    while name:
        for number, layer in enumerate(LAYERS):
            if name in layer:
                return number
        name = name.rpartition(".")[0]
    return None


def test_the_layers_name_every_module_of_the_engine_and_nothing_else() -> None:
    modules = [module_of(file) for file in python_files("evaluation")]
    missing = [each for each in modules if each != "evaluation" and _layer(each) is None]
    assert not missing, "add them to a line of the layers in ARCHITECTURE.md"
    listed = [f"evaluation.{name}" for layer in LAYERS for name in layer]
    gone = [each for each in listed if not any(f"{m}.".startswith(f"{each}.") for m in modules)]
    assert not gone, "take them out of the layers in ARCHITECTURE.md"


def test_layers_of_the_engine_import_downwards_only() -> None:
    upwards = []
    for found in imports("evaluation"):
        mine, other = _layer(module_of(found.file)), _layer(_ours(found))
        if found.package == "evaluation" and mine is not None and other is not None:
            upwards += [str(found)] if other > mine else []
    assert not upwards


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph: dict[str, set[str]] = {module_of(file): set() for file in python_files(*PRODUCT)}
    for found in imports(*PRODUCT):
        if _ours(found) in graph:
            graph[module_of(found.file)].add(_ours(found))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1]))


def test_no_file_is_longer_than_250_lines() -> None:
    lengths = {file: text_of(file).count("\n") for file in python_files()}
    assert {file: length for file, length in lengths.items() if length > 250} == {}


def test_files_and_folders_are_named_after_what_they_hold() -> None:
    parts = {part for file in python_files() for part in module_of(file).split(".")}
    assert parts & BAD_NAMES == set()


def test_the_top_level_holds_what_the_plan_says() -> None:
    top = {file.partition("/")[0] for file in files()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize("file", python_files("pages"))
def test_a_page_goes_through_the_front_door_first(file: str) -> None:
    """A deep link may start the page file alone; the guard must run before anything else."""
    documentation, door, guard = tree_of(file).body[:3]
    assert isinstance(documentation, ast.Expr)
    assert isinstance(documentation.value, ast.Constant)
    assert ast.unparse(door) == "from components import router"
    assert ast.unparse(guard) == "router.guard()"


@pytest.mark.parametrize("file", python_files("pages"))
def test_a_page_can_be_read_aloud_in_a_minute(file: str) -> None:
    """What is longer than ten lines is a component with a name and a test of its own."""
    functions = [node for node in ast.walk(tree_of(file)) if isinstance(node, ast.FunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno for node in functions}
    assert {name: lines for name, lines in lengths.items() if lines > 10} == {}


def test_caches_of_the_web_process_are_keyed_by_plain_values() -> None:
    """Large frames and arrays are hashed from a sample, which gave wrong values."""
    plain, found = {"str", "int", "float", "bool", "tuple"}, []
    for file in python_files("components", "pages", "app.py"):
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef) and _is_cached(node):
                kinds = [ast.unparse(each.annotation) for each in node.args.args if each.annotation]
                if not set(re.findall(r"\w+", " ".join(kinds))) <= plain:
                    found.append(f"{file}:{node.lineno} {node.name} takes {', '.join(kinds)}")
    assert not found


def _is_cached(function: ast.FunctionDef) -> bool:
    names = [ast.unparse(each).partition("(")[0] for each in function.decorator_list]
    return any(re.fullmatch(r"(\w+\.)?(cache|lru_cache)|kept\.(data|resource)", n) for n in names)


def test_only_one_place_orders_hits() -> None:
    sorting = {"argsort", "lexsort", "argpartition", "sort_indices", "topk", "rank", "sort_by"}
    allowed = ("evaluation/ordering.py", "evaluation/run.py", *SORTS_OTHER_THINGS)
    places = [where for where, name, _ in calls("evaluation") if name.rpartition(".")[2] in sorting]
    assert not [where for where in places if not where.startswith(allowed)]
