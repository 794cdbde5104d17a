"""Having a document explained by the search worker: asking, following, keeping the answer."""

from dataclasses import dataclass
from typing import Any

from components import changes, errors, kept, services, state
from components.worker_wait import follow, wait
from evaluation.system import digest

KEPT = 200  # explanations, for all visitors
Record = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One document of one query, for some systems of an experiment."""

    experiment: str
    created: float
    systems: tuple[int, ...]
    query: str
    document: str

    @property
    def payload(self) -> dict[str, object]:
        """What the worker is asked."""
        return {
            "experiment": self.experiment,
            "systems": list(self.systems),
            "query": self.query,
            "document": self.document,
        }

    @property
    def key(self) -> str:
        """A mark that is the same for the same request."""
        return digest({**self.payload, "created": self.created})


def explanation(request: Request) -> Record | None:
    """Give what `explain_job` found; None while there is nothing to show.

    Nothing is asked before the visitor presses the button; from then on the page follows the job.
    """
    kept = _kept(str(services.workspace().folder))
    if request.key in kept:
        found: Record = kept[request.key]
        return found
    asked = state.draft("explain job", None)
    if not asked or asked[0] != request.key:
        _show_button(request, "Explain")
        return None
    job = wait(str(asked[1]), "Explaining")
    if job is not None and job.state == "done":
        for old in list(kept)[: len(kept) - KEPT + 1]:
            kept.pop(old, None)
        kept[request.key] = job.result
        services.jobs().forget(job.id)
        return job.result
    if job is not None and job.live:
        follow(job.id)
    else:
        if job is not None and job.error:
            errors.show(job.error)
        _show_button(request, "Explain again")
    return None


@kept.resource(max_entries=100, show_spinner=False)
def _kept(folder: str) -> dict[str, Any]:
    """Give the explanations of a workspace, the same for every visitor."""
    del folder  # only the key
    return {}


def _show_button(request: Request, label: str) -> None:
    changes.button(
        label,
        icon=":material/help_center:",
        type="primary",
        key=state.widget_key("explain"),
        on_click=_ask,
        args=(request,),
        help="The models run for this one document; the first time takes some seconds.",
    )


@errors.told()
def _ask(request: Request) -> None:
    """Ask for an explanation; one that was asked for before and is not there yet is stopped."""
    before = state.draft("explain job", None)
    if before:
        services.jobs().cancel(str(before[1]))
    job_id = services.submit("explain", request.document[:200], request.payload)
    state.keep_draft("explain job", (request.key, job_id))
