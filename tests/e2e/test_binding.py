"""With the repository's own settings the server answers on this machine and nowhere else."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

from evaluation.workspace import ROOT
from tests.e2e.server import end, free_port
from tests.sources import text_of

START_S = 60.0


def other_addresses() -> list[str]:
    """The addresses of this machine under which others reach it; on Linux also a second own one."""
    found = [
        each.address
        for name, addresses in psutil.net_if_addrs().items()
        for each in addresses
        if each.family == socket.AF_INET and not each.address.startswith("127.")
    ]
    return found + (["127.0.0.2"] if sys.platform == "linux" else [])


def answers(address: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection((address, port), timeout=3):
            return True
    except OSError:
        return False


def test_the_server_listens_on_this_machine_only(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += [f"--server.port={port}", "--server.headless=true"]
    inherited = {n: v for n, v in os.environ.items() if not n.startswith("STREAMLIT_")}
    environment = inherited | {"RANKLAB_WORKSPACE": str(tmp_path / "workspace")}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        limit = time.monotonic() + START_S
        while not answers("127.0.0.1", port) and time.monotonic() < limit:
            assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
        assert answers("127.0.0.1", port)
        assert other_addresses(), "there is no other address to try"
        assert [each for each in other_addresses() if answers(each, port)] == []
    finally:
        end(process)


def test_the_container_says_openly_that_it_listens_to_all() -> None:
    assert "STREAMLIT_SERVER_ADDRESS=0.0.0.0" in text_of("Dockerfile")
    others = [text_of(name) for name in ("Makefile", ".streamlit/config.toml")]
    assert not any("0.0.0.0" in text for text in others)
