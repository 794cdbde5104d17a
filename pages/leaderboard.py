"""Leaderboard: which system is better on this collection, and is the difference real?"""

from components import router

router.guard()

from components import experiment_picker, leaderboard_actions, shell  # noqa: E402
from components import leaderboard_notes as notes  # noqa: E402
from components import measure_control as measures  # noqa: E402
from components.experiment_rest import show_progress  # noqa: E402
from components.leaderboard_cards import show_cards  # noqa: E402
from components.leaderboard_sections import show_section  # noqa: E402
from components.leaderboard_table import board_of  # noqa: E402
from components.result_exports import show_exports  # noqa: E402

results = experiment_picker.pick_experiment("Leaderboard")
baseline = experiment_picker.pick_baseline(results)
experiment_picker.show_facts(results)
measure = measures.chosen_measure(results)

with shell.head("Leaderboard", notes.caption(results, experiment_picker.collection_name(results))):
    show_exports(results, measure, baseline)
    leaderboard_actions.show_new_run(results)
measures.pick_measure(results, measure)

show_progress(results)
if baseline is not None:
    board = board_of(results, baseline, measure)
    show_cards(board)
    show_section(board)
