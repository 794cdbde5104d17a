"""Stages: which stage of a system loses relevant documents, and what could still be gained?"""

from components import router

router.guard()

from components import experiment_picker, measure_control, shell  # noqa: E402
from components.cutoff_view import show_cutoff  # noqa: E402
from components.stage_attribution import pick_staged, show_stages, show_waterfall  # noqa: E402
from components.stage_lists import show_lists  # noqa: E402

results, baseline = experiment_picker.pick_finished("Stages")
measure = measure_control.chosen_measure(results)

with shell.head("Stages", experiment_picker.caption(results)):
    pass
measure_control.pick_measure(results, measure)

staged = pick_staged(results, baseline, measure)
show_waterfall(staged)
show_stages(staged)
show_cutoff(staged)
show_lists(staged)
