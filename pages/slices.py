"""Slices: on which kinds of queries is one system better, and is that more than chance?"""

from components import router

router.guard()

from components import comparison_views, needle_view, shell, slice_effects, slice_features  # noqa: E402
from components import experiment_picker as picker  # noqa: E402
from components import measure_control as measures  # noqa: E402
from components.pair_picker import pick_pair  # noqa: E402

results, baseline = picker.pick_finished("Slices")
measure = measures.chosen_measure(results)

with shell.head("Slices", picker.caption(results)):
    pass
slice_features.need_judgements(measure)
measures.pick_measure(results, measure)
needle_view.show_needles(results)

pair = comparison_views.pair_of(results, pick_pair(results, baseline, measure), measure)
features = slice_features.features_of(results, measure)
sliced = slice_effects.slice_pair(pair, features)
slice_effects.show_summary(sliced)
slice_features.show_preparation(results, features)
slice_effects.show_findings(sliced)
