"""What the address asks of the tuning page: a collection, and a system of an experiment."""

from components import services, state
from components import tuning_draft as drafts
from components.errors import show
from evaluation.errors import EvaluationError


def follow_address() -> bool:
    """Bring the draft in line with the address; says whether there is any collection.

    What is not there is answered with a sentence.
    """
    known = [stored.id for stored in services.workspace().collections()]
    if not known:
        return False
    try:
        wanted = state.here("collection")
        if wanted and drafts.current().collection != wanted:
            drafts.choose_collection(wanted)
    except EvaluationError as error:
        show(error)
    if drafts.current().collection not in known:  # none chosen yet, or deleted in the meantime
        before = state.get("collection")
        drafts.choose_collection(before if before in known else known[0])
    return True
