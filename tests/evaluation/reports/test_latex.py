"""A strict reader of our own looks at every token; where there is a LaTeX, it compiles, too."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.escaping import in_latex
from evaluation.experiment import experiment_from_dict
from evaluation.measures.pairs import compare_all
from evaluation.reports.facts import Report, gather
from evaluation.reports.latex import latex_table
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.workspace import Workspace

TRAP = r"\input{/etc/passwd} 50% & a_b #1 $x^2$ {~} <i> \\ [*] --- `q' " + '"x"|'
COMMANDS = {
    "begin", "end", "centering", "caption", "label", "toprule", "midrule", "bottomrule", "textbf",
    "ast", "dagger", "leq", "textbackslash", "textasciicircum", "textasciitilde", "textless",
    "textgreater", "textbar", "textasciigrave", "textquotesingle", "char",
}  # fmt: skip
TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\$|[{}&#%_^~]|[^\\${}&#%_^~]+", re.DOTALL)


def tokens(text: str) -> list[str]:
    found = TOKEN.findall(text)
    assert "".join(found) == text
    return found


def check(text: str, commands: set[str] = COMMANDS) -> None:
    """Raise unless braces and mathematics are closed and only known commands are used."""
    depth, mathematics = 0, False
    for token in tokens(text):
        if token == "$":
            mathematics = not mathematics
        elif token == "^":
            assert mathematics
        elif token in ("{", "}"):
            depth += 1 if token == "{" else -1
            assert depth >= 0
        elif re.fullmatch(r"\\[a-zA-Z]+", token):
            assert token[1:] in commands
        elif token.startswith("\\"):
            assert token[1] in "\\{}$&#%_"
        else:
            assert token not in ("#", "%", "_", "~")
    assert (depth, mathematics) == (0, False)


def body(text: str) -> list[list[str]]:
    """Give the rows between the rules, as cells."""
    inside = text.partition("\\midrule\n")[2].partition("\n\\bottomrule")[0]
    rows = [line.removesuffix(r" \\") for line in inside.split("\n")]
    return [re.split(r"(?<!\\)&", row) for row in rows]


@given(st.text(max_size=60))
@settings(max_examples=300, derandomize=True)
def test_any_text_is_only_text(text: str) -> None:
    shown = in_latex(text)
    check(shown, COMMANDS - {"begin", "end", "caption", "label", "textbf"})
    assert not set(tokens(shown)) & {"&", "$", "^"}
    assert "--" not in shown
    assert shown[:1] not in ("[", "*")


def report(
    workspace: Workspace, systems: list[tuple[str, float]], queries: int = 40, text: str = ""
) -> Report:
    """Make an experiment whose systems put the one relevant document first at a given rate."""
    ids = [f"q{number}" for number in range(queries)]
    qrels = Qrels.of_dict({query_id: {"good": 1} for query_id in ids})
    collection = Collection("A_1 & B", None, Queries.of(dict.fromkeys(ids, text)), {"test": qrels})
    collection_id = workspace.add_collection("Traps", collection.save)
    random, rows = np.random.default_rng(1), []
    for name, rate in systems:
        lists = {}
        for query_id in ids:
            score = 1.0 if random.random() < rate else -1.0
            lists[query_id] = [("good", score), ("bad", 0.0)]
        run = workspace.add_run(collection_id, name, Run.from_lists(lists), {})
        rows.append({"name": name, "stage": "run", "run": run})
    about = {"name": "Traps", "collection": collection_id, "split": "test", "systems": rows}
    experiment = create(workspace, experiment_from_dict(about | {"measures": ["RR", "P@1"]}))
    run_experiment(workspace, experiment, Quiet())
    return gather(workspace, open_results(workspace, experiment), "RR", 0)


@pytest.mark.parametrize("against", ["baseline", "all"])
def test_a_hostile_name_stays_in_its_cell(workspace: Workspace, against: str) -> None:
    found = latex_table(report(workspace, [("base", 0.2), (TRAP, 0.9), ("-- other", 0.3)]), against)
    check(found)
    assert found.count(r"\begin{") == found.count(r"\end{") == 2
    assert [len(row) for row in body(found)] == [3, 3, 3]
    assert r"\textbackslash{}input\{/etc/passwd\} 50\%" in found
    assert r"A\_1 \& B" in found


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no LaTeX on this machine")
@pytest.mark.parametrize("against", ["baseline", "all"])
def test_latex_makes_a_page_of_it(workspace: Workspace, against: str, tmp_path: Path) -> None:
    names = ["base", TRAP, "-- other", "Größe é ~ ^ \\ | < >"]
    table = latex_table(report(workspace, [(n, 0.2 + i / 5) for i, n in enumerate(names)]), against)
    head = r"\documentclass{article}\usepackage{booktabs}\begin{document}"
    (tmp_path / "t.tex").write_text(f"{head}\n{table}\n\\end{{document}}\n", "utf-8")
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "t.tex"]
    made = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-1500:]
    assert "Output written on t.pdf (1 page" in made.stdout


def test_marks_say_what_the_test_says(workspace: Workspace) -> None:
    made = report(workspace, [("base", 0.5), ("good", 1.0), ("same", 0.5), ("bad", 0.0)])
    rows = {row[0].strip(): row[1] for row in body(latex_table(made))}
    assert rows["good"] == r" \textbf{1.0000}$^{\ast}$ "
    assert rows["bad"].strip() == r"0.5000$^{\dagger}$"
    assert "$" not in rows["base"] + rows["same"]
    letters = {row[0].split("$ ")[1].strip(): row[1] for row in body(latex_table(made, "all"))}
    names = {row[0].split("$ ")[1].strip(): row[0][3] for row in body(latex_table(made, "all"))}
    beaten = "".join(sorted(names[name] for name in ("base", "same", "bad")))
    assert f"$^{{{beaten}}}$" in letters["good"]
    assert f"$^{{{names['bad']}}}$" in letters["base"]
    assert "$" not in letters["bad"]


def test_the_caption_names_measure_queries_test_correction_and_tie_rule(
    workspace: Workspace,
) -> None:
    found = latex_table(report(workspace, [("base", 0.2), ("good", 0.9)]), "all")
    caption = re.search(r"\\caption\{(.*)\}\n", found)
    assert caption
    for part in ("RR and P@1", "40 queries", "split test", "randomisation test", "two-sided",
                 "10,000", "Holm's correction over all 1 pairs", "document id, descending",
    ):  # fmt: skip
        assert part in caption[1]


def test_a_failed_query_leaves_no_mean_and_the_caption_says_so(workspace: Workspace) -> None:
    made = report(workspace, [("base", 0.2), ("good", 0.9)])
    values = {name: table.copy() for name, table in made.values.items()}
    for table in values.values():
        table[0, 1] = np.nan
    pairs = dict(zip(values, compare_all(list(values.values())), strict=True))
    found = latex_table(replace(made, values=values, pairs=pairs))
    assert {row[0].strip(): row[1].strip() for row in body(found)}["good"] == "--"
    assert "neither zero nor left out" in found


def test_there_are_letters_for_many_systems(workspace: Workspace) -> None:
    found = latex_table(report(workspace, [(f"s{n}", n / 30) for n in range(30)]), "all")
    check(found)
    names = [row[0].partition("$ ")[0] for row in body(found)]
    assert len(set(names)) == 30
