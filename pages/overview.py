"""Overview: three ways to start, then what runs and what was found lately."""

from components import router

router.guard()

from components import job_list, readiness, recent, shell, start_cards  # noqa: E402

with shell.head(
    "Overview",
    "Which retrieval system is better on your data, is it real, and where do they differ?",
):
    recent.show_actions()
job_list.show_live_jobs()
recent.show_experiments()
recent.show_collections()
start_cards.show_ways_to_start()
readiness.get_ready()
