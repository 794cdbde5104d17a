"""The command line: `python -m evaluation run | check | evaluate | list | show | ...`."""

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation import commands
from evaluation.errors import EvaluationError
from evaluation.progress import Progress
from evaluation.workspace import Workspace


class Bars:
    """A listener that draws one progress bar per step on standard error."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def plan(self, states: Sequence[dict[str, Any]]) -> None:
        """Say which system is at work, and which failed."""
        for state in states:
            if state["state"] in ("running", "failed") and not self.quiet:
                line = " ".join(filter(None, (state["name"], state["state"], state["error"])))
                print(line, file=sys.stderr)

    def step(self, line: str) -> Progress:
        """Start a bar."""
        return _Bar(line, self.quiet)


class _Bar:
    def __init__(self, line: str, quiet: bool) -> None:
        from tqdm import tqdm

        self.bar = tqdm(desc=line, disable=quiet or None, leave=False, unit_scale=True)

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        """Move the bar; it closes at its end."""
        self.bar.total, self.bar.unit = total, f" {unit}"
        self.bar.update(done - self.bar.n)
        if total is not None and done >= total:
            self.bar.close()


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    whole = argparse.ArgumentParser(
        prog="python -m evaluation",
        description="Run and score retrieval systems without a browser; same results as the pages.",
    )
    whole.add_argument("--workspace", type=Path, help="folder to work in (else RANKLAB_WORKSPACE)")
    parts = whole.add_subparsers(dest="command", required=True)

    one = parts.add_parser("run", help="run an experiment file and print its leaderboard")
    one.add_argument("experiment", type=Path, help="YAML, as the experiment page shows it")
    one.add_argument(
        "--expect", type=Path, help="per-query scores that must come out again, to 1e-9"
    )

    _add_check(parts.add_parser("check", help="fail if a system became worse than is allowed"))

    one = parts.add_parser("evaluate", help="score run files against a qrels file")
    one.add_argument("qrels", type=Path, help="TREC or BEIR judgements, also .gz")
    one.add_argument("runs", type=Path, nargs="+", help="TREC run files, also .gz")
    one.add_argument("--measures", nargs="+", default=[], help="such as nDCG@10 AP 'RR(rel=2)'")
    one.add_argument("--per-query", action="store_true", help="one row per query")

    _describe_tune(parts.add_parser("tune", help="run a grid file and print what tuning is worth"))

    parts.add_parser("list", help="list collections and experiments")

    one = parts.add_parser("show", help="print the leaderboard of a stored experiment")
    one.add_argument("experiment", help="id, as `list` prints it")
    one.add_argument("--measures", nargs="+", default=[])

    parts.add_parser("stages", help="list the stages systems are made of").add_argument(
        "--markdown", action="store_true", help="as the table in the README"
    )

    one = parts.add_parser("import", help="import a collection from files, a folder or an archive")
    one.add_argument("sources", nargs="+", help="files, a folder, an archive or a hub id")
    one.add_argument("--name", default="", help="what to call it; else after the first source")
    one.add_argument("--collection", default="", help="id of a collection to add run files to")

    _describe_probe(parts.add_parser("probe", help="make queries from a collection's documents"))

    for part in parts.choices.values():
        part.add_argument("--json", action="store_true", help="print JSON, no progress bars")
    return whole


def _add_check(one: argparse.ArgumentParser) -> None:
    """Describe `check`."""
    one.description = (
        "Exit code 0: the whole 95 % interval of the difference lies at or above what is allowed; "
        "1: it lies below, for all queries or for a slice; 3: inconclusive; 2: not comparable."
    )
    what = "id or folder of an experiment, a run file (with --qrels), or per-query scores"
    one.add_argument("--baseline", required=True, help=what)
    one.add_argument("--candidate", required=True, help=what)
    one.add_argument("--system", default="", help="which system of both; else the baseline's")
    one.add_argument("--baseline-system", default="", help="which of the baseline, if another")
    one.add_argument("--measure", default="nDCG@10", help="such as nDCG@10")
    one.add_argument("--allow", type=_finite, default=0.0, help="least difference, such as -0.01")
    one.add_argument("--qrels", type=Path, help="judgements for run files")
    one.add_argument("--slices", default="", help="a column of the queries, or a file")
    one.add_argument("--summary", type=Path, help="file to add a Markdown summary to")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _check(workspace: Workspace, given: argparse.Namespace, _: Bars) -> dict[str, Any]:
    sides = (
        commands.Source(given.baseline, given.baseline_system or given.system),
        commands.Source(given.candidate, given.system),
    )
    options = commands.CheckOptions(given.qrels, given.slices, given.summary)
    return commands.check(workspace, sides, given.measure, given.allow, options)


def _describe_tune(one: argparse.ArgumentParser) -> None:
    one.add_argument("experiment", type=Path, help="YAML with `grid:`, as the tuning page shows it")
    one.add_argument("--measure", default="", help="what to tune for; else the first of the file")
    one.add_argument("--folds", type=int, default=5, help="of the held-out estimate")


def _describe_probe(one: argparse.ArgumentParser) -> None:
    one.add_argument("collection", help="id, as `list` prints it")
    one.add_argument("kind", help="keywords, parts, needles or masked")
    one.add_argument("--queries", type=int, default=100, help="how many are wanted")
    one.add_argument("--seed", type=int, default=42, help="the same seed gives the same queries")
    one.add_argument("--name", default="", help="what to call it; else after the collection")
    one.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="such as words=8")


def answer(given: argparse.Namespace) -> Any:
    """Do what was asked and give the result as plain values (or text for Markdown)."""
    if given.workspace:
        given.workspace.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(given.workspace.resolve()) if given.workspace else Workspace.default()
    return COMMANDS[given.command](workspace, given, Bars(quiet=given.json))


def _run(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    experiment = commands.read_experiment(given.experiment)
    return commands.run(workspace, experiment, bars, given.expect)


def _tune(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    from evaluation.tuning_results import run_tuning

    return run_tuning(workspace, given.experiment, given.measure, given.folds, bars)


def _import(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    step = bars.step("Reading")
    return commands.import_sources(workspace, given.name, given.sources, given.collection, step)


def _probe(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    options = commands.ProbeOptions(given.set, given.queries, given.seed, given.name)
    step = bars.step("Making queries")
    return commands.make_probe(workspace, given.collection, given.kind, options, step)


def _stages(_: Workspace, given: argparse.Namespace, __: Bars) -> Any:
    from evaluation.catalogue import stage_rows, stage_table

    return stage_table() if given.markdown else {"stages": stage_rows()}


COMMANDS: Mapping[str, Callable[[Workspace, argparse.Namespace, Bars], Any]] = {
    "run": _run,
    "check": _check,
    "tune": _tune,
    "evaluate": lambda _, given, __: commands.evaluate_files(
        given.qrels, given.runs, given.measures, given.per_query
    ),
    "list": lambda workspace, _, __: commands.list_everything(workspace),
    "show": lambda workspace, given, _: commands.show(workspace, given.experiment, given.measures),
    "import": _import,
    "probe": _probe,
    "stages": _stages,
}


def text(value: Any) -> str:
    """Lay out plain values for a terminal: `name: value` lines, and a table per list of rows."""
    if isinstance(value, str):
        return value
    lines: list[str] = []
    for name, item in value.items():
        if isinstance(item, list):
            lines += ["", f"{name}:", *table(item)]
        else:
            lines.append(f"{name}: {item}")
    return "\n".join(lines).strip()


def table(rows: Sequence[Any]) -> list[str]:
    """Lay out rows as aligned columns; numbers to four digits."""
    if not rows or not isinstance(rows[0], dict):
        return [f"  {row}" for row in rows] or ["  (none)"]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names] + [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def main() -> int:
    """Answer one call; 0 when it went well, 1 with a sentence on standard error when not.

    `check` has exit codes of its own, and gives 2 with the sentence.
    """
    given = parser().parse_args()
    try:
        value = answer(given)
    except EvaluationError as error:
        print(error, file=sys.stderr)
        return 2 if given.command == "check" else 1
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept.", file=sys.stderr)
        return 130
    print(json.dumps(value, ensure_ascii=False, indent=1) if given.json else text(value))
    return int(value.get(commands.EXIT, 0)) if isinstance(value, dict) else 0


if __name__ == "__main__":
    sys.exit(main())
