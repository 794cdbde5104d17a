"""A real server for the browser tests: its own port, its own workspace, gone at the end."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from evaluation.workspace import ROOT, Workspace

START_S = 60.0


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, what it works on, what it printed, its process."""

    address: str
    workspace: Workspace
    log: Path
    process: int

    def words(self) -> str:
        """What the server printed so far."""
        return self.log.read_text("utf-8", "replace")


@contextmanager
def serving(
    folder: Path, log: Path, script: str = "app.py", secrets: Path | None = None
) -> Iterator[Server]:
    """Run the application (or another script) over a workspace folder while the block runs.

    The server and the workers it started are ended afterwards. `secrets` is a secrets file.

    Raises:
        RuntimeError: it did not start; the message has what it printed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", script]
    command += [f"--server.{name}={value}" for name, value in options.items()]
    command += [f"--secrets.files={secrets}"] if secrets else []
    environment = os.environ | {"RANKLAB_WORKSPACE": str(folder), "OMP_NUM_THREADS": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", Workspace(folder.resolve()), log, process.pid)
    try:
        _wait(process, server)
        yield server
    finally:
        end(process)
        end_workers(folder)


def end_workers(folder: Path) -> None:
    """End the workers of a workspace folder and of people below it, as a power cut would."""
    place = str(folder.resolve())
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        ours = any(word == place or word.startswith(f"{place}/people/") for word in words)
        if "evaluation.worker" in words and ours:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", server: Server) -> None:
    limit = time.monotonic() + START_S
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start. It printed:\n{server.words()}")


def end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
