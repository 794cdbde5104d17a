"""What the X-ray shows: system, measure, its parameters and the tie rule, all in the address."""

from dataclasses import dataclass, replace

import streamlit as st

from components import state
from evaluation.errors import InputError
from evaluation.measures.formulas import Settings
from evaluation.measures.variants import threshold_of, variant
from evaluation.measures.xray import measure_settings
from evaluation.ordering import TieRule
from evaluation.store import Results

CUTOFF = state.widget_key("x-ray cut-off")
THRESHOLD = state.widget_key("x-ray threshold")
GAIN = state.widget_key("x-ray gain")
TIES = state.widget_key("x-ray ties")
DEEPEST, HIGHEST = 1000, 20
GAINS = {False: "linear", True: "exponential"}


@dataclass(frozen=True)
class Choice:
    """A value to take apart.

    Attributes:
        number: the system.
        measure: as the value was clicked.
        shown: the same measure, perhaps with other parameters.
        rule: the order of hits of equal score.
    """

    number: int
    measure: str
    shown: str
    rule: TieRule = TieRule.DESCENDING

    @property
    def as_measured(self) -> bool:
        """Whether nothing was changed, so that the sum must be the value that is shown."""
        return self.shown == self.measure and self.rule is TieRule.DESCENDING

    def put(self) -> None:
        """Write the choice into the address."""
        rule = self.rule.name.lower()
        state.put(xray=f"{self.number}~{self.measure}~{self.shown}~{rule}")


def chosen(results: Results) -> Choice | None:
    """Read what the address asks to take apart; None if it asks for nothing.

    Raises:
        InputError: the address cannot be read, or names what is not there.
    """
    text = state.get("xray")
    if not text or not results.experiment.split:
        return None
    parts = text.split("~")
    done = {str(result.number): result.number for result in results.done}
    rules = {rule.name.lower(): rule for rule in TieRule}
    if len(parts) != 4 or parts[0] not in done or parts[3] not in rules:
        raise InputError(
            f"The address asks for the X-ray {text[:60]!r}, which is of no value here. Click a "
            "value in the table."
        )
    for measure in parts[1:3]:
        measure_settings(measure)
    return Choice(done[parts[0]], parts[1], parts[2], rules[parts[3]])


def pick_parameters(choice: Choice) -> None:
    """Let the visitor change cut-off, threshold, gain and tie rule; the page runs again."""
    name, settings = measure_settings(choice.shown)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _pick_cutoff(choice, name, settings)
        _pick_threshold(choice)
        if name == "nDCG":
            _pick_gain(choice, settings)
        _pick_ties(choice)
        st.button(
            "As measured",
            icon=":material/restart_alt:",
            key=state.widget_key("x-ray reset"),
            disabled=choice.as_measured,
            on_click=replace(choice, shown=choice.measure, rule=TieRule.DESCENDING).put,
            help="Back to the parameters of the value that was clicked.",
        )


def _pick_cutoff(choice: Choice, name: str, settings: Settings) -> None:
    least = 1 if name == "P" else 0
    st.session_state[CUTOFF] = min(settings.cutoff or 0, DEEPEST)
    st.number_input(
        "Cut-off",
        min_value=least,
        max_value=DEEPEST,
        key=CUTOFF,
        width=130,
        help="Only that many hits count." if least else "0: the whole ranking.",
        on_change=lambda: _change(
            choice, variant(choice.shown, cutoff=_number(CUTOFF, least, DEEPEST))
        ),
    )


def _pick_threshold(choice: Choice) -> None:
    st.session_state[THRESHOLD] = min(threshold_of(choice.shown), HIGHEST)
    st.number_input(
        "Relevant from grade",
        min_value=1,
        max_value=HIGHEST,
        key=THRESHOLD,
        width=160,
        help="Documents with a lower grade are worth nothing.",
        on_change=lambda: _change(
            choice, variant(choice.shown, threshold=_number(THRESHOLD, 1, HIGHEST))
        ),
    )


def _pick_gain(choice: Choice, settings: Settings) -> None:
    st.session_state[GAIN] = settings.exponential
    st.segmented_control(
        "Gain",
        list(GAINS),
        format_func=GAINS.__getitem__,
        key=GAIN,
        required=True,
        help="Linear: the grade itself. Exponential: 2 to the power of the grade, minus 1.",
        on_change=lambda: _change(
            choice, variant(choice.shown, exponential=bool(st.session_state[GAIN]))
        ),
    )


def _pick_ties(choice: Choice) -> None:
    st.session_state[TIES] = choice.rule
    st.selectbox(
        "Equal scores",
        list(TieRule),
        format_func=lambda rule: rule.value,
        key=TIES,
        width=270,
        help="Which of several documents with the same score stands first. Our rule is that of "
        "trec_eval; the bounds say how far ties could move the value.",
        on_change=lambda: replace(choice, rule=TieRule(st.session_state[TIES])).put(),
    )


def _change(choice: Choice, shown: str) -> None:
    replace(choice, shown=shown).put()


def _number(key: str, least: int, most: int) -> int:
    given = st.session_state[key]
    return max(least, min(most, int(given))) if isinstance(given, int | float) else least
