"""What can be said on the command line: `python -m evaluation run | check | evaluate | ...`."""

import argparse
import math
from pathlib import Path
from typing import Any


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

    _add_keeping(parts)
    for part in parts.choices.values():
        part.add_argument("--json", action="store_true", help="print JSON, no progress bars")
    return whole


def _add_keeping(parts: Any) -> None:
    """Describe what lists stages, and brings data in and out."""
    one = parts.add_parser("stages", help="list the stages systems are made of")
    one.add_argument("--markdown", action="store_true", help="as the table in the README")

    one = parts.add_parser("import", help="import a collection from files, a folder or an archive")
    one.add_argument("sources", nargs="+", help="files, a folder, an archive or a hub id")
    one.add_argument("--name", default="", help="what to call it; else after the first source")
    one.add_argument("--collection", default="", help="id of a collection to add run files to")

    _describe_attach(parts.add_parser("attach", help="add concepts, links or vectors"))

    one = parts.add_parser("probe", help="make queries from a collection's documents")
    one.add_argument("collection", help="id, as `list` prints it")
    one.add_argument("kind", help="keywords, parts, needles or masked")
    one.add_argument("--queries", type=int, default=100, help="how many are wanted")
    one.add_argument("--seed", type=int, default=42, help="the same seed gives the same queries")
    one.add_argument("--name", default="", help="what to call it; else after the collection")
    one.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="such as words=8")

    one = parts.add_parser("backup", help="write the workspace into one file")
    one.add_argument("file", type=Path, help="such as ranklab.tar.gz; must not exist yet")
    one.add_argument("--cache", action="store_true", help="with cached indexes and runs")

    parts.add_parser("health", help="tell whether the workspace works; exit code 1 if not")

    one = parts.add_parser("restore", help="make a workspace from a backup")
    one.add_argument("file", type=Path, help="what `backup` wrote")
    one.add_argument("folder", type=Path, help="of the new workspace; must be empty")


def _describe_attach(one: argparse.ArgumentParser) -> None:
    """Describe `attach`."""
    one.add_argument("collection", help="id, as `list` prints it")
    one.add_argument("kind", choices=("concepts", "links", "vectors"))
    one.add_argument("file", nargs="?", type=Path, help="the table of concepts or links")
    one.add_argument("--name", default="", help="of the vectors, such as the model's")
    one.add_argument("--documents", type=Path, help="their vectors: .npy or Parquet")
    one.add_argument("--queries", type=Path, help="their vectors: .npy or Parquet")
    one.add_argument("--document-ids", type=Path, help="one per line, for the rows of a .npy file")
    one.add_argument("--query-ids", type=Path, help="one per line, for the rows of a .npy file")


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


def _describe_tune(one: argparse.ArgumentParser) -> None:
    one.add_argument("experiment", type=Path, help="YAML with `grid:`, as the tuning page shows it")
    one.add_argument("--measure", default="", help="what to tune for; else the first of the file")
    one.add_argument("--folds", type=int, default=5, help="of the held-out estimate")
