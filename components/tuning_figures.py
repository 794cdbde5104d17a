"""What tuning is worth: the in-sample best, the held-out estimate beside it, and what to beware."""

import streamlit as st

from components import experiment_draft, safe, state
from components.experiment_draft import Draft, Drafted
from evaluation.reports.markup import chance
from evaluation.system import System
from evaluation.tuning_results import Tuned


def show_best(tuned: Tuned) -> None:
    """Name the best setting, and offer to take it into an experiment."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        name = tuned.grid.name(tuned.tuning.best)
        st.markdown(f"Best setting: **{safe.label(name)}**", width="stretch")
        if st.button(
            "Take into an experiment",
            icon=":material/play_circle:",
            help="Puts the best setting and the untuned system side by side on the Experiment "
            "page. Both runs are in the cache.",
        ):
            _take(tuned)


def show_figures(tuned: Tuned) -> None:
    """Show in-sample mean, held-out estimate, optimism, gain, and the unreachable ceiling."""
    tuning = tuned.tuning
    untuned = float(tuning.means[tuning.untuned])
    below = f"untuned {untuned:.4f}" if untuned == untuned else "the untuned system failed"
    with st.grid(columns=5, min_column_width=165):
        _card(
            "In-sample best",
            f"{tuning.in_sample:.4f}",
            below,
            "The highest mean of any setting, on the very queries that chose it. The more "
            "settings are tried, the more of it is luck.",
        )
        _card(
            "Held-out estimate",
            f"{tuning.estimate:.4f}",
            f"{len(tuning.folds)} folds",
            "Each part of the queries is scored with the setting that was best on the other "
            "parts; every query counts once. Expect about this on new queries.",
        )
        _card(
            "Optimism",
            f"{tuning.optimism:+.4f}",
            "beyond held out",
            "How much the in-sample best promises too much. Report the held-out value.",
        )
        _show_gain(tuned)
        _card(
            "Best per query",
            f"{tuning.ceiling:.4f}",
            "unreachable bound",
            "If every query could pick its own best setting of the grid. Nobody can: picking so "
            "takes the judgements of that very query.",
        )


def show_warnings(tuned: Tuned) -> None:
    """List what to beware of; nothing where there is nothing."""
    if not tuned.warnings:
        return
    with st.container(border=True, gap="small"):
        st.markdown("**Before you trust it**")
        for warning in tuned.warnings:
            st.markdown(f":orange[:material/warning:] {safe.label(warning, 1000)}")


def _show_gain(tuned: Tuned) -> None:
    gain = tuned.tuning.gain
    if gain is None:
        _card("Held-out gain", "—", "no value", "The untuned system has a failed query.")
        return
    p = f"p {chance(gain.p, '= ')}"
    verdict = f"More than chance ({p})." if gain.p <= 0.05 else f"Not separable from 0 ({p})."
    st.metric(
        "Held-out gain",
        f"{gain.mean:+.4f}",
        border=True,
        height="stretch",
        delta=f"{gain.low:+.3f} to {gain.high:+.3f}",
        delta_color="off",
        delta_arrow="off",
        help="Tuned minus untuned on held-out values only, with the 95 % paired bootstrap interval "
        f"and the paired randomisation test. {verdict} "
        f"{gain.counts.wins} wins, {gain.counts.ties} ties, {gain.counts.losses} losses.",
    )


def _card(label: str, value: str, below: str, meaning: str) -> None:
    st.metric(
        label,
        value,
        border=True,
        height="stretch",
        delta=below,
        delta_color="off",
        delta_arrow="off",
        help=meaning,
    )


def _take(tuned: Tuned) -> None:
    """Make a draft with the untuned and the best system, and open it."""
    experiment, grid = tuned.results.experiment, tuned.grid
    systems = [grid.system]
    best = tuned.results.systems[tuned.tuning.best].system
    if best.root != grid.system.root:
        name = f"{grid.system.name} ({grid.name(tuned.tuning.best)})"[:200]
        systems.append(System(name, best.root))
    experiment_draft.keep(
        Draft(
            collection=experiment.collection,
            split=experiment.split,
            systems=tuple(Drafted(number, system) for number, system in enumerate(systems)),
            measures=experiment.measures,
            seed=experiment.seed,
            next=len(systems),
        )
    )
    state.go("experiment", collection=experiment.collection, job=None)
