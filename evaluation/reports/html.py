"""An experiment as one HTML file: opens from the disk, asks for nothing, runs nothing."""

import base64
import hashlib
import json
import time
from importlib import resources

from evaluation.reports import sections
from evaluation.reports.facts import TIE_RULE, Report
from evaluation.reports.markup import Html, folded, section, table, tag, text
from evaluation.score_files import data_of


def html_report(report: Report) -> str:
    """Write the report: leaderboard, pairs, queries, data, environment, the experiment.

    There is no script in it, and its content security policy allows none, nor any request: only
    the one style sheet inside, by its hash.
    """
    style = resources.files("evaluation.reports").joinpath("report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = text(f"{report.results.experiment.name} · RankLab")
    body = (
        _head(report),
        sections.leaderboard(report),
        sections.pairs(report),
        sections.queries(report),
        _data(report),
        _experiment(report),
        _environment(report),
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _head(report: Report) -> Html:
    results = report.results
    created = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(results.created))
    facts = (
        f"{report.collection.name} · split {results.experiment.split} · "
        f"{len(results.query_ids):,} queries · {len(results.done)} systems · {created}"
    )
    return tag("header", tag("h1", results.experiment.name), tag("p", facts, css="soft"))


def _data(report: Report) -> Html:
    collection, split = report.collection, report.results.experiment.split
    documents = len(collection.corpus) if collection.corpus is not None else 0
    facts = [
        ("Documents", f"{documents:,}" if documents else "run files only"),
        ("Queries asked", f"{len(report.results.query_ids):,}"),
        ("Judgements", f"{len(collection.split(split)):,}"),
        *((f"Hash of {part}", value) for part, value in data_of(report.results).items()),
        *((name.capitalize(), value) for name, value in collection.about.items() if value),
    ]
    rows = [[tag("td", name), tag("td", text(value, 500))] for name, value in facts]
    means = (
        "A mean is over all judged queries of the split. A query without hits counts 0; one that "
        "failed has no value, and then the mean is missing. Nothing is rounded before averaging."
    )
    return section(
        "Data and rules", table(["", ""], rows), tag("p", TIE_RULE), tag("p", means, css="soft")
    )


def _experiment(report: Report) -> Html:
    how = (
        "This file computes everything again: python -m evaluation run experiment.yaml "
        "--expect scores.csv compares the values with the exported ones, to 1e-9."
    )
    return section(
        "Experiment",
        tag("p", how, css="soft"),
        tag("pre", report.results.experiment.to_yaml()),
    )


def _environment(report: Report) -> Html:
    """Show on what the systems were run; those with the same surroundings share a block."""
    found: dict[str, list[str]] = {}
    for row in report.results.done:
        about = {
            "environment": row.figures.get("environment", {}),
            "model revisions": row.figures.get("model_revisions", []),
        }
        key = json.dumps(about, ensure_ascii=False, indent=1)
        found.setdefault(key, []).append(row.name)
    blocks = [
        folded(tag("span", ", ".join(names)), tag("pre", about)) for about, names in found.items()
    ]
    return section("Environment", *blocks)
