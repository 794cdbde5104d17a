"""Query: what do the systems return for one query, and who finds what?"""

from components import router

router.guard()

from components import experiment_picker, measure_control, query_sections, shell  # noqa: E402
from components.explanation_view import show_explanations  # noqa: E402
from components.query_documents import show_documents  # noqa: E402
from components.query_flow import show_flow  # noqa: E402
from components.query_picker import pick_query  # noqa: E402
from components.query_view import open_query  # noqa: E402
from components.query_xray import show_xray  # noqa: E402
from components.system_picker import pick_systems  # noqa: E402

results, baseline = experiment_picker.pick_finished("Query")
measure = measure_control.chosen_measure(results)

with shell.head("Query", experiment_picker.caption(results)):
    pass
measure_control.pick_measure(results, measure)

numbers = pick_systems(results, baseline, measure)
query_id = pick_query(results, numbers, measure)
depth = query_sections.chosen_depth()

view = open_query(results, numbers, query_id, depth, measure)
query_sections.show_query(view, results, numbers, measure)
query_sections.show_values(view, results, numbers, measure)
show_xray(view, results)
query_sections.show_rankings(view)
show_flow(view)
show_documents(view)
show_explanations(view, results, numbers)
