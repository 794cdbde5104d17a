import tomllib

import pytest

from components.charts.theme import DARK, LIGHT, Theme, figure, plain, theme_of
from evaluation.workspace import ROOT


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_colours_are_those_of_the_application(scheme: str, theme: Theme) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    colours = config["theme"][scheme]
    assert list(theme.series) == colours["chartCategoricalColors"]
    assert theme.text == colours["textColor"]
    assert theme.paper == colours["backgroundColor"]


def test_an_unknown_colour_scheme_is_light() -> None:
    assert theme_of(None) is LIGHT
    assert theme_of("dark") is DARK


def test_no_two_of_thirty_two_systems_look_the_same() -> None:
    lines = {tuple(LIGHT.line(place).items()) for place in range(32)}
    assert len(lines) == 32


def test_names_show_as_themselves_in_a_figure() -> None:
    assert plain("<b>&</b>") == "&lt;b&gt;&amp;&lt;/b&gt;"


def test_a_long_name_loses_its_middle() -> None:
    assert plain("the system with depth 100", limit=12) == "the syst…100"
    assert plain("exactly 12 !", limit=12) == "exactly 12 !"


def test_a_figure_without_traces_is_drawn() -> None:
    assert figure(LIGHT, [], ("x", "y"), 200).layout.height == 200
