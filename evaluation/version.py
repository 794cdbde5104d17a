"""Which RankLab this is: the version in `pyproject.toml`, and the revision of the sources."""

import os
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HASH = re.compile(r"[0-9a-f]{40,64}")


@cache
def version() -> str:
    """Give the version of this RankLab, such as 0.1.0."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


@cache
def revision() -> str:
    """Give the first twelve digits of the sources' git commit; "" where it is not known.

    RANKLAB_REVISION says it where there is no repository, as in a container.
    """
    given = os.environ.get("RANKLAB_REVISION", "").strip()
    return given[:40] if re.fullmatch(r"[\w.+-]*", given) and given else _commit(ROOT / ".git")[:12]


def _commit(place: Path) -> str:
    """Read the commit that a repository has checked out, without running git; "" if it cannot."""
    try:
        if place.is_file():  # a linked worktree: the file names the folder
            named = place.read_text("utf-8").removeprefix("gitdir:").strip()
            place = (place.parent / named).resolve()
        head = (place / "HEAD").read_text("utf-8").strip()
        common = place / "commondir"
        shared = (place / common.read_text("utf-8").strip()) if common.exists() else place
        found = _target(head.removeprefix("ref:").strip(), (place, shared))
    except (OSError, UnicodeDecodeError):
        return ""
    return found if HASH.fullmatch(found) else ""


def _target(head: str, places: tuple[Path, ...]) -> str:
    """Follow a branch to its commit: a file of its own, or a line among the packed ones."""
    if HASH.fullmatch(head):
        return head
    for place in places:
        if (place / head).is_file():
            return (place / head).read_text("utf-8").strip()
    packed = places[-1] / "packed-refs"
    lines = packed.read_text("utf-8").splitlines() if packed.exists() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {head}")), "")
