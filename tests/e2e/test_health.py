"""The address that says whether the server works, asked as a container asks it."""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from evaluation import log
from tests.e2e.server import Server, serving
from tests.older_workspaces import unpack
from tests.sources import text_of

pytestmark = pytest.mark.browser


def asked(server: Server) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"{server.address}/health", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def docker_check(server: Server) -> int:
    """Run the Dockerfile's health check, with the port of this server in place of its own."""
    found = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])\n", text_of("Dockerfile"), re.DOTALL)
    assert found
    program, option, code = json.loads(found[1].replace("\\\n", ""))
    assert (program, option) == ("python", "-c")
    assert "127.0.0.1:8501/health" in code
    port = server.address.rpartition(":")[2]
    return subprocess.run([sys.executable, "-c", code.replace("8501", port)], timeout=30).returncode


def test_a_server_over_an_older_workspace_is_ready_before_the_first_visit(tmp_path: Path) -> None:
    folder = unpack("methods", tmp_path / "workspace").folder
    with serving(folder, tmp_path / "server.log") as server:
        code, said = asked(server)
        assert (code, said["status"], said["format"]) == (200, "ok", 1)
        assert docker_check(server) == 0
        times = []
        for _ in range(9):
            before = time.perf_counter()
            asked(server)
            times.append(time.perf_counter() - before)
        assert sorted(times)[4] < 0.05
        text = json.dumps(said)
        assert str(tmp_path) not in text
        shutil.move(folder, tmp_path / "away")
        code, said = asked(server)
        assert code == 503
        assert "cannot be written to" in str(said["problems"])
        assert docker_check(server) == 1
        shutil.move(tmp_path / "away", folder)
    lines = (folder / "logs" / log.FILE).read_text("utf-8").splitlines()
    assert "server started" in [json.loads(line)["event"] for line in lines]
