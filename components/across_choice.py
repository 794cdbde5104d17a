"""What is put side by side over collections: which ones, which systems, by which measure."""

from collections.abc import Sequence

import streamlit as st

from components import formats, kept, safe, services, state
from components.errors import show
from evaluation.across_results import RULES, Board, Shared, Task, read_board, shared_systems
from evaluation.experiment import MEASURES
from evaluation.measures.measures import measure_problems
from evaluation.store import Results

TASKS = state.widget_key("across tasks")
RULE = state.widget_key("across rule")
COVERING = state.widget_key("across covering")
MEASURE = state.widget_key("across measure")
MOST_TASKS = 12
LABELS = {"stages": "Same stages", "name": "Same name"}
COVERINGS = {"all": "On all of them", "two": "On two or more", "any": "Any system"}


def pick_tasks(known: Sequence[Task]) -> list[Task]:
    """Let the visitor choose collections; those in the address that are not known are named."""
    by_key = {task.key: task for task in known}
    wanted = list(dict.fromkeys(key for key in state.here("tasks").split(",") if key))
    missing = [key for key in wanted if key not in by_key]
    if missing:
        listed = ", ".join(missing[:4])
        show(f"The address asks for {listed}, which has no results. Choose from the list.")
    chosen = [key for key in wanted if key in by_key] or list(by_key)
    st.session_state[TASKS] = chosen[:MOST_TASKS]
    st.multiselect(
        "Collections",
        list(by_key),
        format_func=lambda key: by_key[key].label,
        key=TASKS,
        max_selections=MOST_TASKS,
        on_change=lambda: state.put_here(tasks=",".join(st.session_state[TASKS])),
        help="Every collection that some experiment has results on. The newest result of each "
        "system counts.",
    )
    return [by_key[key] for key in chosen[:MOST_TASKS]]


def pick_rule() -> str:
    """Let the visitor choose when two systems are the same; gives the rule."""
    rule = state.here("rule")
    st.session_state[RULE] = rule if rule in RULES else next(iter(RULES))
    st.segmented_control(
        "The same system has",
        list(RULES),
        format_func=LABELS.__getitem__,
        key=RULE,
        required=True,
        on_change=lambda: state.put_here(rule=st.session_state[RULE]),
        help=" ".join(RULES.values()),
    )
    return str(st.session_state[RULE])


def pick_covering(tasks: Sequence[Task], rule: str) -> str:
    """Let the visitor choose how many of the collections a system must have been run on.

    At first it is the most that leaves any system.
    """
    covering = state.here("covering")
    if covering not in COVERINGS:
        most = max((_tasks_of(shared) for shared in _shared(tasks, rule)), default=0)
        covering = "all" if most == len(tasks) else "two" if most > 1 else "any"
    st.session_state[COVERING] = covering
    st.segmented_control(
        "Systems with results",
        list(COVERINGS),
        format_func=COVERINGS.__getitem__,
        key=COVERING,
        required=True,
        on_change=lambda: state.put_here(covering=st.session_state[COVERING]),
        help="Means and Borda points are over the collections that all systems shown have in "
        "common: the more systems, the fewer these may be.",
    )
    return str(st.session_state[COVERING])


def pick_measure() -> str:
    """Let the visitor choose the measure; one that cannot be computed is answered."""
    measure = state.get("measure") or MEASURES[0]
    faults = [] if measure in MEASURES else measure_problems([measure])
    if faults:
        show(" ".join(faults))
        measure = MEASURES[0]
    st.session_state[MEASURE] = measure
    st.segmented_control(
        "Measure",
        list(dict.fromkeys([*MEASURES, measure])),
        format_func=safe.label,
        key=MEASURE,
        required=True,
        on_change=lambda: state.put(measure=st.session_state[MEASURE]),
    )
    return measure


def board_of(tasks: Sequence[Task], rule: str, covering: str, measure: str) -> Board:
    """Give the leaderboard over some tasks."""
    marks = tuple(
        (experiment, f"{found.created}", len(found.done))
        for task in tasks
        for experiment in task.experiments
        for found in [services.results(experiment)]
    )
    texts = tuple((task.key, task.label, *task.experiments) for task in tasks)
    return _board(texts, marks, rule, covering, measure)


@kept.resource(max_entries=32, show_spinner="Comparing …")
def _board(
    texts: tuple[tuple[str, ...], ...],
    marks: tuple[tuple[str, str, int], ...],
    rule: str,
    covering: str,
    measure: str,
) -> Board:
    del marks  # only part of the key: an experiment may have more results by now
    tasks = [Task(key, label, tuple(experiments)) for key, label, *experiments in texts]
    results: list[list[Results]] = [
        [services.results(experiment) for experiment in task.experiments] for task in tasks
    ]
    least = {"all": len(tasks), "two": min(2, len(tasks)), "any": 1}[covering]
    systems = [s for s in shared_systems(results, rule) if _tasks_of(s) >= least]
    return read_board(services.workspace(), tasks, systems, measure)


def _tasks_of(shared: Shared) -> int:
    return sum(place is not None for place in shared.found)


def _shared(tasks: Sequence[Task], rule: str) -> list[Shared]:
    results = [[services.results(each) for each in task.experiments] for task in tasks]
    return list(shared_systems(results, rule))


def counts(tasks: Sequence[Task], rule: str) -> str:
    """Say how many systems there are, and how many of them are on all the collections."""
    systems = _shared(tasks, rule)
    whole = sum(_tasks_of(shared) == len(tasks) for shared in systems)
    return (
        f"{formats.plural(len(systems), 'system')} on any of the "
        f"{formats.plural(len(tasks), 'collection')}, {whole} on all of them."
    )
