import numpy as np

from components.charts.across_dots import across_chart
from components.charts.theme import LIGHT


def test_a_collection_has_its_dots_and_missing_values_have_none() -> None:
    values = np.array([[0.5, 0.25], [0.75, np.nan]])
    drawn = across_chart(LIGHT, ["A", "A"], ["One", "Two<b>"], values, "nDCG@10")
    assert [trace.name for trace in drawn.data] == ["One", "Two&lt;b&gt;"]
    assert drawn.data[0].x.tolist() == [0.5, 0.75]
    assert np.isnan(drawn.data[1].x[1])
    assert list(drawn.layout.yaxis.ticktext) == ["A", "A"]
