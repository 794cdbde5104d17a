import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

import app
from components import server
from evaluation import log, worker
from evaluation.jobs import Jobs
from evaluation.migration import FORMAT, format_of
from evaluation.workspace import Workspace
from tests.older_workspaces import unpack


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    log.close_log()


def asked() -> tuple[int, dict[str, object]]:
    answer = server.answer(Request({"type": "http"}))
    return answer.status_code, json.loads(bytes(answer.body))


def test_the_answer_is_200_or_503(workspace: Workspace) -> None:
    assert asked()[0] == 200
    workspace.jobs_file.unlink()
    workspace.jobs_file.mkdir()
    code, said = asked()
    assert code == 503
    assert said["problems"] == ["The job table cannot be opened."]


def test_the_front_door_has_the_address() -> None:
    assert [route.path for route in app.app._user_routes] == ["/health"]  # type: ignore[attr-defined]


def test_a_start_migrates_logs_and_goes_on_with_waiting_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpack("tuning", tmp_path / "older").folder
    started: list[Workspace] = []
    monkeypatch.setenv("RANKLAB_WORKSPACE", str(folder))
    monkeypatch.setattr(worker, "start", started.append)

    async def run() -> None:
        async with server.running(Starlette()):  # type: ignore[arg-type]
            assert format_of(folder) == FORMAT

    asyncio.run(run())
    assert [each.folder for each in started] == [folder]
    written = (folder / "logs" / log.FILE).read_text().splitlines()
    assert [json.loads(line)["event"] for line in written] == ["server started", "server ended"]


def test_a_start_without_waiting_jobs_starts_no_worker(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Workspace] = []
    monkeypatch.setattr(worker, "start", started.append)
    Jobs(workspace.jobs_file).cancel(Jobs(workspace.jobs_file).submit("import", "x", {}))
    server.start()
    assert started == []


def test_a_workspace_that_cannot_be_opened_does_not_keep_the_server_from_starting(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    (workspace.folder / "workspace.json").write_text('{"format": 99}')
    server.start()
    assert "has format 99" in caplog.text
    assert asked()[0] == 503
