"""The command line: `python -m evaluation run | check | evaluate | list | show | ...`."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation import commands
from evaluation.command_line import parser
from evaluation.disk_room import writing
from evaluation.errors import EvaluationError
from evaluation.health import OK, health
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


def _check(workspace: Workspace, given: argparse.Namespace, _: Bars) -> dict[str, Any]:
    sides = (
        commands.Source(given.baseline, given.baseline_system or given.system),
        commands.Source(given.candidate, given.system),
    )
    options = commands.CheckOptions(given.qrels, given.slices, given.summary)
    return commands.check(workspace, sides, given.measure, given.allow, options)


def answer(given: argparse.Namespace) -> Any:
    """Do what was asked and give the result as plain values (or text for Markdown)."""
    if given.command == "health":
        return _health(given.workspace or Workspace.default_folder())
    workspace = Workspace.open(given.workspace) if given.workspace else Workspace.default()
    with writing("what the command made", workspace.folder):
        return COMMANDS[given.command](workspace, given, Bars(quiet=given.json))


def _health(folder: Path) -> Any:
    """Ask without opening the workspace, which may be what does not work."""
    found = health(folder)
    return found | {commands.EXIT: 0 if found["status"] == OK else 1}


def _run(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    experiment = commands.read_experiment(workspace, given.experiment)
    return commands.run(workspace, experiment, bars, given.expect)


def _tune(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    from evaluation.tuning_results import run_tuning

    return run_tuning(workspace, given.experiment, given.measure, given.folds, bars)


def _import(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    step = bars.step("Reading")
    return commands.import_sources(workspace, given.name, given.sources, given.collection, step)


def _attach(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    from evaluation.local_files import attach_paths

    roles = {
        "documents": given.documents,
        "queries": given.queries,
        "document ids": given.document_ids,
        "query ids": given.query_ids,
    }
    step = bars.step("Reading")
    wanted = (given.collection, given.kind, given.name)
    return attach_paths(workspace, wanted, given.file, roles, step)


def _backup(workspace: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    from evaluation.backup import back_up

    return back_up(workspace, given.file, given.cache, bars.step("Backing up"))


def _restore(_: Workspace, given: argparse.Namespace, bars: Bars) -> Any:
    from evaluation.backup import restore

    return restore(given.file, given.folder, bars.step("Restoring"))


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
    "attach": _attach,
    "probe": _probe,
    "stages": _stages,
    "backup": _backup,
    "restore": _restore,
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
    cells = [names] + [[_cell(row.get(name), name) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]


def _cell(value: object, name: str) -> str:
    if value is None:
        return "-"
    if name == "p" and isinstance(value, float) and value < 0.0001:
        return "<0.0001"  # a p-value is small, never 0
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def main(words: Sequence[str] | None = None) -> int:
    """Answer one call (that of the process if no words are given).

    0 when it went well, 1 with a sentence on standard error when not.

    `check` has exit codes of its own, and gives 2 with the sentence.
    """
    given = parser().parse_args(words)
    try:
        value = answer(given)
    except EvaluationError as error:
        print(error, file=sys.stderr)
        return 2 if given.command == "check" else 1
    except OSError as error:
        print(f"{str(error.filename)[:200]}: {error.strerror}. Check the name.", file=sys.stderr)
        return 2 if given.command == "check" else 1
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept.", file=sys.stderr)
        return 130
    print(json.dumps(value, ensure_ascii=False, indent=1) if given.json else text(value))
    return int(value.get(commands.EXIT, 0)) if isinstance(value, dict) else 0


if __name__ == "__main__":
    sys.exit(main())
