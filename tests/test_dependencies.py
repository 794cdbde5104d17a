"""What this program is built on: known vulnerabilities and licences."""

import datetime
import json
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests import dependencies
from tests.dependencies import ACCEPTED, installed, licence, refused
from tests.sources import text_of

# a vulnerability that cannot be mended yet -> why it does not matter here, and until when
KNOWN: dict[str, tuple[str, datetime.date]] = {}
INDEX = "https://pypi.org/pypi/{name}/json"


@dataclass
class Audit:
    """What is known about the installed packages.

    Attributes:
        found: ids of vulnerabilities, each with its package.
        unknown: packages about which nobody could be asked.
    """

    found: dict[str, str]
    unknown: list[str]


def audited(folder: Path) -> Audit:
    """Ask pip-audit; what it cannot find, ask of the index's page of the newest version."""
    versions = {name: found.version.partition("+")[0] for name, found in installed().items()}
    wanted = folder / "installed.txt"
    wanted.write_text("".join(f"{n}=={v}\n" for n, v in versions.items()), "utf-8")
    options = ["--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
    command = [sys.executable, "-m", "pip_audit", "-r", str(wanted), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except ValueError:
        rows = [{"name": name, "skip_reason": done.stderr[-300:]} for name in versions]
    assert {row["name"] for row in rows} == set(versions)
    skipped = [row["name"] for row in rows if "skip_reason" in row]
    audit = Audit({v["id"]: row["name"] for row in rows for v in row.get("vulns", ())}, [])
    for name in skipped:
        known = newest(name, versions[name])
        if known is None:
            audit.unknown.append(f"{name} {versions[name]}")
        audit.found |= dict.fromkeys(known or (), name)
    return audit


def newest(name: str, version: str) -> list[str] | None:
    """List the vulnerabilities of a version that is the newest; None where that is not known."""
    try:
        with urllib.request.urlopen(INDEX.format(name=name), timeout=20) as answer:
            page: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):
        return None
    if page.get("info", {}).get("version") != version or "vulnerabilities" not in page:
        return None
    open_ones = [each for each in page["vulnerabilities"] if not each.get("withdrawn")]
    return [str(each["id"]) for each in open_ones]


@pytest.mark.slow
def test_no_installed_package_has_a_known_vulnerability(tmp_path: Path) -> None:
    audit = audited(tmp_path)
    assert {i: name for i, name in audit.found.items() if i not in KNOWN} == {}
    assert {i for i in KNOWN if i not in audit.found} == set(), "mended: take it out of KNOWN"
    if audit.unknown:
        asked = len(installed()) - len(audit.unknown)
        pytest.skip(
            f"{asked} of {len(installed())} packages have no known vulnerability; about these "
            f"nobody could be asked from here: {', '.join(audit.unknown)}"
        )


def test_a_vulnerability_is_let_pass_with_a_reason_and_for_a_time() -> None:
    assert all(len(reason) > 20 for reason, _ in KNOWN.values())
    assert [i for i, (_, until) in KNOWN.items() if until < datetime.date.today()] == []


def test_an_audit_that_finds_nothing_to_ask_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped = [{"name": name, "skip_reason": "not found"} for name in installed()]
    answer = subprocess.CompletedProcess([], 0, json.dumps({"dependencies": skipped}), "")

    def unreachable(*_: object, **__: object) -> None:
        raise urllib.error.HTTPError("", 503, "away", Message(), None)

    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    monkeypatch.setattr(urllib.request, "urlopen", unreachable)
    assert len(audited(tmp_path).unknown) == len(installed())


def test_an_audit_that_finds_something_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"name": name, "vulns": [{"id": f"X-{name}"}]} for name in installed()]
    answer = subprocess.CompletedProcess([], 1, json.dumps({"dependencies": rows}), "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    assert audited(tmp_path).found["X-streamlit"] == "streamlit"


@pytest.mark.slow
def test_every_licence_is_one_that_is_accepted() -> None:
    found = {name: refused(licence(package)) for name, package in installed().items()}
    assert len(found) > 60
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.slow
def test_the_list_of_packages_is_complete() -> None:
    lines = set(text_of("THIRD_PARTY.md").splitlines())
    wanted = dependencies.listing(installed().items()).splitlines()
    assert [line for line in wanted if line not in lines] == [], "run python -m tests.dependencies"


@pytest.mark.parametrize(
    ("stated", "parts"),
    [
        ("MIT", []),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", []),
        ("GPL-3.0-only OR MIT", []),
        ("MIT AND GPL-3.0-only", ["GPL-3.0-only"]),
        ("LGPL-2.1 OR AGPL-3.0", ["LGPL-2.1 OR AGPL-3.0"]),
        ("none", ["none"]),
        ("Proprietary", ["Proprietary"]),
    ],
)
def test_a_licence_that_nobody_accepted_is_refused(stated: str, parts: list[str]) -> None:
    assert refused(stated) == parts
    assert all(ACCEPTED.values())
