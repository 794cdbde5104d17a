from streamlit.testing.v1 import AppTest

from evaluation.workspace import Workspace
from tests.shown import address, named, open_page, sound, text_of

NAMES = ["Random order", "noise-0-5", "noise-1-0", "noise-3-0"]
Sample = tuple[Workspace, str, str]


def tick(app: AppTest, *rows: int) -> AppTest:
    """Tick rows of the leaderboard of the sample, as a visitor does."""
    numbers = [NAMES.index(name) for name in app.dataframe[0].value["System"]]
    key = f"widget leaderboard sample {numbers}"
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return sound(app.run())


def test_two_ticked_systems_go_to_compare_with_the_baseline_first(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], baseline="0")
    assert named(app, "button", "Compare").disabled
    tick(app, 0, 3)
    named(app, "button", "Compare").click()
    sound(app.run())
    assert address(app, "systems") == "0,1"
    assert "Per-query" in text_of(app)


def test_several_ticked_systems_open_their_queries(sample: Sample) -> None:
    app = tick(open_page("leaderboard", experiment=sample[2]), 0, 1, 2)
    assert named(app, "button", "Compare").disabled
    named(app, "button", "Open queries").click()
    sound(app.run())
    assert "Rankings" in text_of(app)
    assert len(app.multiselect[0].value) == 3


def test_the_systems_in_the_address_are_ticked(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], systems="1,2")
    assert "2 selected" in text_of(app)
    assert "The plots show 3 of 4 systems" in text_of(app)


def test_one_ticked_system_can_be_looked_into(sample: Sample) -> None:
    app = tick(open_page("leaderboard", experiment=sample[2]), 3)
    named(app, "button", "Details").click()
    sound(app.run())
    text = text_of(app)
    assert "random @ 1000" in text
    assert "The system as YAML" in text
    shown = [frame.value for frame in app.dataframe if "Run" in frame.value.columns]
    assert shown[0]["Run"].tolist() == ["computed for this experiment"]


def test_a_copy_of_an_experiment_is_opened_to_edit(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2])
    named(app, "button", "Edit a copy").click()
    sound(app.run())
    assert address(app, "experiment") == sample[2]
    text = text_of(app)
    assert "In this experiment** · 4 systems" in text
    assert "noise-0-5" in text
