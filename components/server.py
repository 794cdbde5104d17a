"""What the server does beside its pages: its start, and the address `/health`.

`/health` tells whoever watches over the server whether it works, as JSON with the status 200, or
503 with the reasons. It needs no login and tells no names, texts or paths.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from evaluation import log, worker
from evaluation.errors import EvaluationError
from evaluation.health import OK, health
from evaluation.jobs import Jobs
from evaluation.people import folders_of_people
from evaluation.workspace import Workspace


@asynccontextmanager
async def running(_: st.App) -> AsyncIterator[None]:
    """Open the workspace before the first visit, and write the log while the server runs."""
    await run_in_threadpool(start)
    yield
    log.event("server ended")


def start() -> None:
    """Bring the workspace to the present format, open the log, go on with the jobs that wait.

    A workspace that cannot be opened does not keep the server from telling so on its pages.
    """
    try:
        workspace = Workspace.default()
        log.open_log(workspace.logs, "server")
        log.event("server started")
        for folder in (workspace.folder, *folders_of_people(workspace.folder)):
            each = Workspace.open(folder)
            if Jobs(each.jobs_file).live():
                worker.start(each)
    except (EvaluationError, OSError) as error:
        logging.getLogger(__name__).error("The workspace cannot be opened: %s", error)


def answer(_: Request) -> JSONResponse:
    """Look at the workspace of this server; runs in a thread beside the pages."""
    found = health(Workspace.default_folder())
    status = 200 if found["status"] == OK else 503
    return JSONResponse(found, status, headers={"Cache-Control": "no-store"})


HEALTH = Route("/health", answer, methods=["GET"])
