"""Driving the experiment page."""

from streamlit.testing.v1 import AppTest

from components.experiment_draft import Draft
from tests.shown import named, sound


def draft_of(app: AppTest) -> Draft:
    draft = app.session_state["draft experiment"]
    assert isinstance(draft, Draft)
    return draft


def tick(app: AppTest, name: str) -> AppTest:
    box = next(box for box in app.checkbox if box.label.replace("\\", "") == f"**{name}**")
    return sound(box.set_value(not box.value).run())


def press(app: AppTest, label: str) -> AppTest:
    return sound(named(app, "button", label).click().run())


def names(app: AppTest) -> list[str]:
    return [drafted.system.name for drafted in draft_of(app).systems]
