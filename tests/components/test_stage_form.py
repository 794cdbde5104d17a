from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from streamlit.testing.v1 import AppTest

from components.stage_form import parameter_label
from evaluation.errors import InputError
from evaluation.stage import Stage, make_stage, param, stages
from tests.shown import labels, named, sound, text_of


@dataclass(frozen=True)
class Sample(Stage):
    """A stage with every kind of parameter."""

    label: ClassVar[str] = "Sample"
    kind: ClassVar[str] = "retriever"

    count: int = param(3, "A *whole* number.", bounds=(1, 9))
    weight: float = param(0.5, "A share.", bounds=(0, 1), search_only=True)
    open_ended: float = param(2.0, "Any number.")
    fast: bool = param(False, "Whether to hurry.")
    colour: str = param("red", "One of two.", choices=("red", "blue"))
    words: str = param("a", "Any text but `bad`.")
    hidden: str = param("x", "Set by the application.", internal=True)

    def __post_init__(self) -> None:
        """Refuse one text."""
        super().__post_init__()
        if self.words == "bad":
            raise InputError("Sample: words is 'bad'. Give another text.")


@pytest.fixture
def sample_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the sample a known stage."""
    known = stages() | {"sample": Sample}
    monkeypatch.setattr(Sample, "name", "sample")
    monkeypatch.setattr("evaluation.stage.stages", lambda: known)


def form(stage: Stage) -> AppTest:
    """Run a page that shows the form of a stage, which it keeps in its session."""

    def page() -> None:
        import streamlit as st

        from components.stage_form import show_stage_form

        def take(new: object) -> None:
            st.session_state["stage"] = new

        show_stage_form(st.session_state["stage"], "form", take)

    app = AppTest.from_function(page, default_timeout=20)
    app.session_state["stage"] = stage
    return sound(app.run())


def stage_of(app: AppTest) -> Any:
    return app.session_state["stage"]


def test_every_declared_parameter_but_internal_ones_has_its_widget(sample_stage: None) -> None:
    app = form(Sample())
    assert labels(app, "number_input") == ["count", "weight", "open ended"]
    assert labels(app, "checkbox") == ["fast"]
    assert labels(app, "selectbox") == ["colour"]
    assert labels(app, "text_input") == ["words"]
    assert named(app, "number_input", "count").min == 1
    assert named(app, "number_input", "count").max == 9
    assert named(app, "selectbox", "colour").options == ["red", "blue"]


def test_the_meaning_bounds_and_default_are_the_help(sample_stage: None) -> None:
    app = form(Sample(count=4))
    shown = named(app, "number_input", "count").help.replace("\\", "").replace("\u2060", "")
    assert shown == "A *whole* number. From 1 to 9. Default: 3."
    assert "Changing it keeps the index" in named(app, "number_input", "weight").help


@pytest.mark.parametrize(
    ("kind", "label", "value"),
    [
        ("number_input", "count", 7),
        ("number_input", "weight", 0.25),
        ("number_input", "open ended", -4.5),
        ("checkbox", "fast", True),
        ("selectbox", "colour", "blue"),
        ("text_input", "words", "b c"),
    ],
)
def test_a_changed_widget_gives_a_changed_stage(
    kind: str, label: str, value: Any, sample_stage: None
) -> None:
    app = form(Sample())
    sound(named(app, kind, label).set_value(value).run())
    expected = Sample().parameters() | {label.replace(" ", "_"): value}
    assert stage_of(app).parameters() == expected
    assert named(app, kind, label).value == value


def test_a_refused_value_is_answered_and_the_earlier_one_stays(sample_stage: None) -> None:
    app = form(Sample(words="good"))
    sound(named(app, "text_input", "words").set_value("bad").run())
    assert stage_of(app) == Sample(words="good")
    assert "words is 'bad'. Give another text. The earlier value was kept." in text_of(app)
    assert named(app, "text_input", "words").value == "good"
    sound(named(app, "text_input", "words").set_value("fine").run())
    assert "was kept" not in text_of(app)


def test_defaults_come_back_with_one_button(sample_stage: None) -> None:
    app = form(Sample(count=9, hidden="y"))
    sound(named(app, "button", "Defaults").click().run())
    assert stage_of(app) == Sample()
    assert named(app, "button", "Defaults").disabled


@pytest.mark.parametrize("name", [name for name in stages() if name != "run"])
def test_every_stage_there_is_has_a_form_that_changes_nothing_by_itself(name: str) -> None:
    stage = make_stage(name, {})
    app = form(stage)
    assert stage_of(app) == stage
    shown = [label for kind in ("number_input", "checkbox", "selectbox", "text_input")
             for label in labels(app, kind)]  # fmt: skip
    assert sorted(shown) == sorted(parameter_label(field) for field in stage.parameters())


def test_a_model_can_be_chosen_or_typed() -> None:
    app = form(make_stage("dense", {}))
    field = named(app, "selectbox", "model")
    assert "all-MiniLM-L6-v2" in field.options
    field.options.append("owner/another-model")  # AppTest knows no typed options
    sound(field.set_value("owner/another-model").run())
    assert stage_of(app).parameters()["model"] == "owner/another-model"
