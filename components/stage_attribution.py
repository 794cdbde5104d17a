"""What became of the relevant documents of one system, stage by stage: choice, chart, table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import aggregates, formats, kept, plot, safe, services, shell, state
from components.charts.fate_waterfall import Step, fate_waterfall_chart
from components.errors import show
from components.result_downloads import download_table
from evaluation.attribution import Attribution, Fate, attribute
from evaluation.stage_figures import Flow
from evaluation.stage_runs import StageRun, stage_runs
from evaluation.store import Results

SYSTEM = state.widget_key("system with stages")
FLOW = {
    "Kept": ("kept", "Relevant documents within the cut-off before this stage and after it."),
    "Won": ("won", "Within the cut-off here and in nothing the stage reads."),
    "Lost": ("lost", "Within the cut-off in something the stage reads, but not here."),
    "Stayed low": ("low", "Read, but within the cut-off neither before nor here."),
    "Never saw": ("unseen", "Not among what the stage reads, so it could do nothing for them."),
}
HELP = {
    "Depth": "How many documents the stage passes on per query, at most.",
    "Relevant": "Relevant documents among all that it passes on, over all queries.",
    "Recall ceiling": "Mean share of a query's relevant documents among all that it passes on. No "
    "later stage can find more.",
    "Oracle": "The measure if a perfect reranker put these documents into the best order.",
    "Still to gain": "Oracle minus the value: what a better order of these documents could bring.",
}


@dataclass(frozen=True, eq=False)
class Staged:
    """One system of an experiment, its relevant documents followed through its stages."""

    results: Results
    number: int
    measure: str
    found: Attribution

    def open(self, row: int) -> None:
        """Open the query in a row with this system."""
        if 0 <= row < len(self.results.query_ids):
            state.go(
                "query",
                experiment=self.results.id,
                measure=self.measure,
                systems=self.number,
                query=self.results.query_ids[row],
            )


def pick_staged(results: Results, baseline: int, measure: str) -> Staged:
    """Let the visitor choose one finished system; ends the page where nothing is judged."""
    if not measure:
        shell.empty(
            "No judgements",
            "Which relevant documents a stage loses can only be said where documents are judged, "
            "and this experiment ran without judgements.",
            {"compare": "Compare the rankings", "experiment": "Set up an experiment with a split"},
        )
        st.stop()
    done = [result.number for result in results.done]
    wanted = state.numbers("systems")
    if wanted and wanted[0] not in done:
        show(
            f"System {wanted[0]} has no results in {results.experiment.name}. Choose from the list."
        )
    chosen = next((n for n in wanted[:1] if n in done), _default(results, done, baseline))
    st.session_state[SYSTEM] = chosen
    st.selectbox(
        "System",
        done,
        format_func=lambda number: results.systems[number].name,
        key=SYSTEM,
        on_change=lambda: state.put(systems=st.session_state[SYSTEM], fate=None),
    )
    return Staged(results, chosen, measure, _attribution(results, chosen, measure))


def _default(results: Results, done: Sequence[int], baseline: int) -> int:
    """Give the system with the most stages: it has most to tell."""
    sizes = {n: len(list(results.systems[n].system.root.walk())) for n in done}
    return max(done, key=lambda n: (sizes[n], n == baseline))


def _attribution(results: Results, number: int, measure: str) -> Attribution:
    version = services.workspace().cache.version()
    return _cached_attribution(results.id, results.created, number, measure, version)


@kept.resource(max_entries=16, show_spinner="Following the documents …")
def _cached_attribution(
    experiment_id: str, created: float, number: int, measure: str, version: tuple[int, ...]
) -> Attribution:
    del created, version  # only part of the key: runs come and go in the cache
    results = services.results(experiment_id)
    qrels = services.collection(results.experiment.collection).split(results.experiment.split)
    stages = stage_runs(services.workspace().cache, results.system(number))
    return attribute(stages, qrels, measure, results.query_ids)


def stage_name(stages: Sequence[StageRun], place: int) -> str:
    """Name a stage of a system, with its number: two may be called the same."""
    return f"{place + 1} · {stages[place].node.stage.label}"


def fate_name(found: Attribution, fate: Fate) -> str:
    """Say in a few words what became of a document."""
    if fate.stage is not None:
        return f"Lost at {stage_name(found.stages, fate.stage)}"
    return {
        "never": "Never returned by a first stage",
        "failed": "Query failed",
        "below": f"Final rank below {found.cutoff}",
        "top": f"In the final top {found.cutoff}",
    }[fate.kind]


def show_waterfall(staged: Staged) -> None:
    """Show all relevant documents, what is lost on the way, and what is left."""
    found, count = staged.found, len(staged.results.query_ids)
    total = int(found.counts.sum())
    _show_missing(found)
    with st.container(border=True, gap="small"):
        st.subheader("From all relevant documents to those that count", anchor=False)
        st.caption(
            f"{formats.plural(total, 'relevant document')} of "
            f"{formats.plural(count, 'query', 'queries')}; each is counted exactly once. "
            "Lost at a stage: something the stage reads held it, and the stage did not pass it on."
        )
        if not total:
            st.caption("Nothing is judged relevant.")
            return
        steps = [Step("All relevant documents", total, True)]
        for fate, number in zip(found.fates, found.counts.tolist(), strict=True):
            if number or fate.kind in ("lost", "top"):
                steps.append(Step(fate_name(found, fate), number, fate.kind == "top"))
        alt = "Relevant documents lost at each stage, as a waterfall"
        plot.show_plot(fate_waterfall_chart(plot.theme(), steps), alt)
        names: dict[str, list[Any]] = {
            "Step": [s.label for s in steps],
            "Relevant documents": [s.count for s in steps],
        }
        download_table(names, f"{staged.results.systems[staged.number].name} waterfall")


def _show_missing(found: Attribution) -> None:
    if not found.missing:
        return
    names = ", ".join(stage_name(found.stages, place) for place in found.missing)
    st.info(
        safe.label(
            f"The runs of {names} have been deleted from the cache, so what these stages returned "
            "is not known: what they lost is counted at the next stage, or as never returned. To "
            "have them again, run the same systems as a new experiment.",
            limit=1000,
        ),
        icon=":material/delete_sweep:",
    )


def show_stages(staged: Staged) -> None:
    """Show for each stage how good its candidates are, and what it won and lost."""
    found = staged.found
    columns: dict[str, list[Any]] = {
        "Stage": [stage_name(found.stages, place) for place in range(len(found.stages))],
        "Reads": [", ".join(str(place + 1) for place in s.inputs) or "—" for s in found.stages],
        "Depth": [stage.node.depth for stage in found.stages],
    }
    for name, field in (
        ("Relevant", "candidates"),
        ("Recall ceiling", "ceiling"),
        (staged.measure, "value"),
        ("Oracle", "best"),
        ("Still to gain", "gain"),
    ):
        columns[name] = [None if f is None else getattr(f, field) for f in found.figures]
    for name, (field, _) in FLOW.items():
        columns[name] = [_flow(f.flow if f else None, field) for f in found.figures]
    st.subheader("Stage by stage", anchor=False)
    st.dataframe(columns, column_config=_config(staged), hide_index=True, height="content")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(safe.label(_reading(staged), limit=1000), width="stretch")
        download_table(columns, f"{staged.results.systems[staged.number].name} stages")


def _flow(flow: Flow | None, field: str) -> int | None:
    return None if flow is None else int(getattr(flow, field))


def _config(staged: Staged) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    shown = {name: number(format="localized", help=text) for name, (_, text) in FLOW.items()}
    for name in ("Recall ceiling", staged.measure, "Oracle", "Still to gain"):
        text = HELP.get(name, "The measure if the system ended here.")
        shown[name] = number(format="%.4f", help=text)
    for name in ("Depth", "Relevant"):
        shown[name] = number(format="localized", help=HELP[name])
    return shown


def _reading(staged: Staged) -> str:
    """Say at which depth the columns look, and what an empty cell means."""
    found, asked = staged.found, aggregates.mean(staged.results, staged.number, staged.measure)
    depth = found.stages[-1].node.depth
    line = f"Kept to Never saw are counted at rank {found.cutoff}; Relevant, Recall ceiling and "
    line += "Oracle over everything a stage passes on."
    if found.cutoff > depth:
        line += f" The final ranking ends at rank {depth}, before the cut-off."
    if asked != asked:
        line += " A query failed, so there is no mean over all queries."
    if found.missing:
        line += " Empty: the run of the stage, or of one it reads, is no longer there."
    return line
