"""What the address asks of the experiment page: a copy of an experiment, a collection, a job."""

from components import services, state
from components.data_picker import choose_collection
from components.errors import show
from components.experiment_draft import change, current, draft_of, keep
from evaluation.errors import EvaluationError


def follow_address() -> None:
    """Bring the draft in line with the address; what is not there is answered with a sentence."""
    known = [stored.id for stored in services.workspace().collections()]
    if current().collection not in known:  # none chosen yet, or deleted in the meantime
        change(collection="", split="")
    source, collection = state.here("experiment"), state.here("collection")
    try:
        if source and current().source != source:
            experiment = services.results(source).experiment
            services.collection(experiment.collection)  # it may be deleted
            keep(draft_of(experiment, source))
        elif collection and current().collection != collection:
            choose_collection(collection)
    except EvaluationError as error:
        show(error)
    if not current().collection and known:
        wanted = state.get("collection")
        choose_collection(wanted if wanted in known else known[0])


def followed_job() -> str:
    """Give the id of the experiment job that the address or this visit follows; "" for none."""
    job_id = state.get("job")
    if not job_id:
        return ""
    try:
        kind = services.jobs().get(job_id).kind
    except EvaluationError:
        return state.here("job")  # the job card says that it is not known any more
    return job_id if kind == "experiment" else ""
