import numpy as np
import pytest

from components.charts.pair_matrix import Cells, mixed, pair_matrix_chart
from components.charts.theme import DARK, LIGHT

NAN = float("nan")


def cells(p: float = 0.01) -> Cells:
    difference = np.array([[NAN, 0.2, 0.1], [-0.2, NAN, -0.1], [-0.1, 0.1, NAN]])
    chances = np.where(np.isnan(difference), NAN, p)
    return Cells(difference, difference - 0.05, difference + 0.05, chances)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_cell_but_the_diagonal_can_be_clicked_and_says_what_it_is(theme: object) -> None:
    chart = pair_matrix_chart(theme, ["a", "<b>", "c"], cells())  # type: ignore[arg-type]
    heat, targets = chart.data
    assert sorted(targets.customdata) == [1, 2, 3, 5, 6, 7]  # row * 3 + column
    assert heat.z[0][1] == 0.2
    assert np.isnan(heat.z[1][1])
    said = targets.hovertext[list(targets.customdata).index(1)]
    assert said == "a<br>minus &lt;b&gt;<br>+0.2000 (+0.1500 to +0.2500)<br>" + (
        "separable, corrected p 0.010"
    )


def test_what_is_not_separable_is_grey_and_said() -> None:
    heat, targets = pair_matrix_chart(LIGHT, ["a", "b", "c"], cells(0.2)).data
    assert np.nanmax(np.abs(heat.z)) == 0
    assert heat.colorscale[2][1] == LIGHT.grid
    assert all("not separable" in text for text in targets.hovertext)


def test_a_very_small_p_value_is_not_written_as_zero() -> None:
    _, targets = pair_matrix_chart(LIGHT, ["a", "b", "c"], cells(1e-9)).data
    assert all(text.endswith("separable, corrected p < 0.001") for text in targets.hovertext)


def test_many_systems_have_no_text_in_the_cells() -> None:
    empty = np.full((13, 13), NAN)
    chart = pair_matrix_chart(LIGHT, [str(n) for n in range(13)], Cells(*[empty] * 4))
    assert chart.data[0].text is None


def test_colours_are_mixed_by_hand() -> None:
    assert mixed("#ff0000", "#0000ff", 0.5) == "#800080"
    assert mixed("#102030", "#ffffff", 1.0) == "#102030"
