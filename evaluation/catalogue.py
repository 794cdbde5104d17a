"""The catalogue of methods: every stage with its paper, what it needs, and what was measured.

Whatever stage is added shows up by itself. The figures are those of `data/catalogue.json`, which
`python -m benchmarks.catalogue` measures: one system per example of a stage, on SciFact.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.facets import DIMENSIONS, stage_facets
from evaluation.files import read_json
from evaluation.stage import Stage, defaults, make_stage, stages
from evaluation.workspace import CATALOGUE

MEASURE = "nDCG@10"
NOT_MEASURED = "—"
COLUMNS = {
    "stage": "`stage:`",
    "label": "name",
    "kind": "kind",
    "meaning": "what it does",
    "parameters": "parameters and their defaults",
    "facets": "facets",
    "needs": "needs",
    "measured": f"SciFact {MEASURE}, ms per query",
    "source": "source",
}
Figures = dict[str, Any]


def stage_rows() -> list[dict[str, str]]:
    """Give one row per stage, in the order of `stages()`; texts are plain, not Markdown."""
    return [_row(name, cls) for name, cls in stages().items()]


def stage_table() -> str:
    """Give the stages as a Markdown table, without a line break at its end."""
    lines = [" | ".join(COLUMNS.values()), " | ".join("---" for _ in COLUMNS)]
    for name, cls in stages().items():
        shown = _row(name, cls) | {"stage": f"`{name}`"}
        shown["parameters"] = ", ".join(f"`{part}`" for part in _parameters(cls))
        lines.append(" | ".join(shown[column].replace("|", "\\|") for column in COLUMNS))
    return "\n".join(f"| {line} |" for line in lines)


def measured() -> Figures:
    """Give what was measured: `collection`, `measured` (day), `environment` and `systems`.

    Each system has `stage`, `version`, `name`, `line`, `parameters`, the mean of each measure,
    `latency_p50_ms`, `index_bytes`, `index_seconds`; a stage has one system per example.
    """
    return _read(CATALOGUE, CATALOGUE.stat().st_mtime_ns if CATALOGUE.exists() else 0)


def figures_of(name: str) -> list[Figures]:
    """Give the measured systems of a stage, the first example first.

    Those of an older version of the stage do not count.
    """
    version = stages()[name].version
    return [
        system
        for system in measured()["systems"]
        if system["stage"] == name and system["version"] == version
    ]


def facets_line(stage: Stage) -> str:
    """Name what a stage is in every dimension that says something."""
    found = stage_facets(stage)
    shown = [value for dimension in DIMENSIONS for value in found[dimension] if value != "none"]
    return ", ".join(dict.fromkeys(shown))


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Figures:
    return dict(read_json(path)) if changed else {"systems": []}


def _row(name: str, cls: type[Stage]) -> dict[str, str]:
    summary = (cls.__doc__ or "").strip().partition("\n")[0]
    return {
        "stage": name,
        "label": cls.label,
        "kind": cls.kind,
        "meaning": summary,
        "parameters": ", ".join(_parameters(cls)),
        "facets": facets_line(make_stage(name, {})),
        "needs": cls.needs,
        "measured": _measured(figures_of(name)),
        "source": cls.source,
    }


def _measured(found: list[Mapping[str, Any]] | list[Figures]) -> str:
    if not found:
        return NOT_MEASURED
    latency = found[0].get("latency_p50_ms")
    return f"{found[0][MEASURE]:.4f}" + (f", {latency:.3g}" if latency else "")


def _parameters(cls: type[Stage]) -> list[str]:
    return [f"{name}={default}" for name, default in defaults(cls).items()]
