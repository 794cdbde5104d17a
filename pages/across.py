"""Across collections: which system is best over several of them, and where was it not run?"""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import across_choice as choice  # noqa: E402
from components import across_table, services, shell  # noqa: E402
from evaluation.across_results import tasks_of  # noqa: E402
from evaluation.store import list_experiments  # noqa: E402

with shell.head("Across collections", "Which system is best over several collections?"):
    pass

known = tasks_of(list_experiments(services.workspace()))
if not known:
    shell.empty(
        "No results yet",
        "Run the same systems on two or more collections with judgements; they meet here.",
        {"experiment": "Set up an experiment", "collections": "Look at the collections"},
    )
    st.stop()

tasks = choice.pick_tasks(known)
with st.container(horizontal=True, gap="medium"):
    rule = choice.pick_rule()
    covering = choice.pick_covering(tasks, rule)
    measure = choice.pick_measure()
st.caption(choice.counts(tasks, rule))

board = choice.board_of(tasks, rule, covering, measure)
if not board.systems:
    shell.empty(
        "No system is on all of these collections",
        "Run one system on all of them, show systems on fewer, or match them by name.",
        {"experiment": "Set up an experiment"},
    )
    st.stop()
across_table.show_table(board, rule)
across_table.show_chart(board)
