"""Methods: which are there, what do they need, and how good is each where it was measured?"""

from components import router

router.guard()

from components import method_detail, method_table, shell, tour_start  # noqa: E402

with shell.head("Methods", "Which methods are there, what does each need, and what is it worth?"):
    pass
tour_start.show_tour()
rows = method_table.pick_rows()
chosen = method_table.show_table(rows)
if chosen is not None:
    method_detail.show_method(chosen)
