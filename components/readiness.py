"""Getting ready for the first click while a new visitor still reads the first page."""

import time
from importlib import import_module

from components import kept, services, visitor
from evaluation import worker
from evaluation.store import list_experiments

# what the leaderboard takes most of its first second to load
LOADED = (
    "pandas",
    "plotly.graph_objects",
    "evaluation.collections.importing",
    "components.leaderboard_charts",
    "components.leaderboard_cards",
    "components.leaderboard_table",
    "components.result_exports",
)
KEPT_S = 300


def get_ready() -> None:
    """Start the worker and load the leaderboard's libraries, where nothing was run so far.

    Called last on a page: what is above is on the screen by then.
    """
    if not list_experiments(services.workspace()):
        _get_ready(str(services.workspace().folder), int(time.time() / KEPT_S))


@kept.resource(max_entries=200, show_spinner=False)
def _get_ready(folder: str, moment: int) -> None:
    del folder, moment  # an idle worker ends after a while, so this is done again now and then
    if not visitor.viewing():
        worker.prepare(services.workspace())
    for name in LOADED:
        import_module(name)
