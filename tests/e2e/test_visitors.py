"""Several visitors at once on a real server: no page fails, no update is lost."""

import asyncio
from pathlib import Path

import pytest

from tests.e2e.server import serving
from tests.fresh_seed import fresh_seed
from tests.visitors import Stroll, at_work, build, change_own, lost, open_all, stroll

JOBS = [{"name": f"BM25 {n}", "stage": "bm25", "k1": 2 + 0.1 * n} for n in range(3)]


@pytest.mark.parametrize(
    ("visitors", "seconds", "documents"),
    [(4, 3, 200), pytest.param(10, 60, 20_000, marks=pytest.mark.slow)],
)
def test_visitors_at_once_beside_three_jobs_lose_nothing_and_meet_no_lock(
    tmp_path: Path, visitors: int, seconds: int, documents: int
) -> None:
    workspace = build(tmp_path / "workspace", documents, documents // 10, visitors)
    with serving(workspace.folder, tmp_path / "log") as server:
        asyncio.run(open_all(server))
        with at_work(workspace, JOBS):
            seen = asyncio.run(stroll(server, Stroll(visitors, seconds, (0.2, 1)), fresh_seed()))
            changed = asyncio.run(change_own(server, visitors))
        assert lost(workspace, visitors) == []
        assert not seen.faults + changed.faults
        assert len(seen.times) >= visitors
        assert not [word for word in ("locked", "Traceback") if word in server.words()]
