"""The documentation tells the truth: its commands exist, its snippets run, its links lead there."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from components.router import SECTIONS
from evaluation.catalogue import stage_table
from evaluation.command_line import parser
from evaluation.experiment import experiment_from_yaml
from tests.sources import ROOT, files, python_files, text_of

README = text_of("README.md")
ARCHITECTURE = text_of("ARCHITECTURE.md")
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")
TARGETS = set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE))


def blocks(language: str) -> list[str]:
    """Give the fenced blocks of a language in the README."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """Give every command in the README's shell blocks, as words."""
    lines = [part for block in blocks("bash") for part in re.split(r"\n|&&", block)]
    return [shlex.split(line) for line in lines if line.strip()]


def section(title: str) -> str:
    """Give the text below a heading of the README, up to the next of the same level."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_in_the_readme_is_a_real_one(words: list[str]) -> None:
    match words:
        case ["make", target]:
            assert target in TARGETS
        case ["python", "-m", "evaluation", *given]:
            assert parser().parse_args(given).command == given[0]
        case ["pip", "install", "-r", file] | ["streamlit", "run", file]:
            assert (ROOT / file).is_file()
        case ["docker", "build", "-t", _, "."]:
            assert "Dockerfile" in files()
        case ["docker", "run", "-p", ports, "-v", volume, _]:
            assert f"EXPOSE {ports.partition(':')[2]}" in text_of("Dockerfile")
            assert f"VOLUME {volume.partition(':')[2]}" in text_of("Dockerfile")
        case _:
            pytest.fail("the README has a command that no test knows")


def test_every_target_of_make_is_in_the_readme() -> None:
    assert {words[1] for words in commands() if words[0] == "make"} | {"help", "browser"} == TARGETS


def test_every_command_is_in_the_readme() -> None:
    shown = {words[3] for words in commands() if words[:3] == ["python", "-m", "evaluation"]}
    usage = re.search(r"\{([a-z,]+)\}", parser().format_usage())
    assert usage
    assert shown == set(usage[1].split(","))


def test_the_python_snippet_gives_a_score(tmp_path: Path) -> None:
    (snippet,) = blocks("python")
    assert len([line for line in snippet.splitlines() if line and "import" not in line]) == 3
    environment = os.environ | {"RANKLAB_WORKSPACE": str(tmp_path), "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", snippet], env=environment, capture_output=True, text=True, check=True
    )
    score = re.search(r"'nDCG@10': ([0-9.]+)", answer.stdout)
    assert score
    assert 0.9 < float(score[1]) <= 1


def test_the_experiments_in_the_readme_can_be_read() -> None:
    assert blocks("yaml")
    for text in blocks("yaml"):
        experiment = experiment_from_yaml(text)
        assert (ROOT / "data" / "demo" / experiment.collection).is_dir()


def test_the_table_of_stages_is_what_the_program_prints() -> None:
    shown = README.partition("<!-- stages -->\n")[2].partition("\n<!-- /stages -->")[0]
    assert shown == stage_table(), "run: make format"


def test_every_page_is_in_the_readme() -> None:
    shown = re.findall(r"^\| \*\*(.+?)\*\* \|", section("What it answers"), re.MULTILINE)
    assert shown == [title for pages in SECTIONS.values() for _, title, _ in pages]


def test_every_setting_is_in_the_readme() -> None:
    found = re.findall(r"RANKLAB_[A-Z_]+", "".join(map(text_of, python_files("evaluation"))))
    assert found
    assert [name for name in set(found) if name not in README] == []


def test_every_benchmark_is_in_the_performance_table() -> None:
    scripts = [Path(file).name for file in python_files("benchmarks") if "__init__" not in file]
    assert [name for name in scripts if name not in section("Performance")] == []


def test_every_bundled_collection_is_attributed() -> None:
    bundled = [folder.name for folder in (ROOT / "data" / "demo").iterdir() if folder.is_dir()]
    assert bundled
    links = [f"data/demo/{name}/ATTRIBUTION.md" for name in bundled]
    assert [link for link in links if link not in section("Data and licences")] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_are_there(document: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(document))
    inner = [link for link in links if not link.startswith("https://")]
    assert [link for link in inner if link not in files()] == []


def test_the_plan_is_at_most_120_lines() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 120


def test_the_plan_names_every_folder_and_page() -> None:
    """The modules of the engine are in its layers, which `test_architecture.py` reads."""
    folders = {f"{Path(file).parts[0]}/" for file in files() if "/" in file}
    pages = {Path(file).name for file in python_files("pages")}
    assert [name for name in folders | pages if f"`{name}" not in ARCHITECTURE] == []


def test_the_plan_names_nothing_that_is_not_there() -> None:
    named = set(re.findall(r"[a-z_]+\.py\b", ARCHITECTURE))
    assert named - {Path(file).name for file in python_files()} == set()


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    first = re.search(r"^## (\S+) - ", text_of("CHANGELOG.md"), re.MULTILINE)
    assert first
    assert first[1] == version
