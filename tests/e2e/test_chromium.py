"""Finding a Chromium, and saying so when there is none."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.e2e import chromium

pytestmark = pytest.mark.browser


def test_without_a_chromium_the_command_fails_with_a_sentence() -> None:
    environment = os.environ | {"RANKLAB_CHROMIUM": "/bin/false"}
    command = [sys.executable, "-m", "tests.e2e.chromium"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "the browser tests cannot run" in answer.stderr
    assert "/bin/false does not start" in answer.stderr


@pytest.mark.parametrize(
    ("ubuntu", "user", "programs", "first"),
    [
        (False, 0, ["apt-get"], "env DEBIAN_FRONTEND=noninteractive apt-get -qq update"),
        (True, 0, ["apt-get"], "env DEBIAN_FRONTEND=noninteractive apt-get -qq update"),
        (False, 1000, ["apt-get"], "-m playwright install chromium"),
        (False, 1000, ["brew"], "brew install --cask google-chrome"),
        (False, 1000, [], "-m playwright install chromium"),
    ],
)
def test_one_is_installed_by_what_the_system_offers(
    monkeypatch: pytest.MonkeyPatch, ubuntu: bool, user: int, programs: list[str], first: str
) -> None:
    monkeypatch.delenv("RANKLAB_CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(chromium, "_is_ubuntu", lambda: ubuntu)
    ways = [[" ".join(command) for command in way] for way in chromium.ways()]
    assert ways[0][0].endswith(first)
    assert ways[-1][-1].endswith("-m playwright install chromium")
    assert ways[0][-1].endswith("--with-deps chromium") == ubuntu
