"""The stages as rows and as the table in the README: whatever is added shows up by itself."""

from evaluation.stage import Stage, defaults, stages

COLUMNS = {
    "stage": "`stage:`",
    "label": "name",
    "kind": "kind",
    "meaning": "what it does",
    "parameters": "parameters and their defaults",
    "source": "source",
}


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


def _row(name: str, cls: type[Stage]) -> dict[str, str]:
    summary = (cls.__doc__ or "").strip().partition("\n")[0]
    return {
        "stage": name,
        "label": cls.label,
        "kind": cls.kind,
        "meaning": summary,
        "parameters": ", ".join(_parameters(cls)),
        "source": cls.source,
    }


def _parameters(cls: type[Stage]) -> list[str]:
    return [f"{name}={default}" for name, default in defaults(cls).items()]
