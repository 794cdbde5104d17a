import numpy as np

from components.charts.needle_map import needle_map_chart
from components.charts.theme import LIGHT


def test_the_map_has_a_cell_per_depth_and_length_and_leaves_out_what_has_no_value() -> None:
    values = np.array([[1.0, 0.25], [np.nan, 0.0]])
    drawn = needle_map_chart(LIGHT, [0, 100], [50, 2000], values, "R@1")
    (trace,) = drawn.data
    assert list(trace.x) == ["50", "2,000"]
    assert list(trace.y) == ["0 %", "100 %"]
    assert np.array_equal(np.array(trace.z), values, equal_nan=True)
    assert [list(row) for row in trace.text] == [["1.00", "0.25"], ["", "0.00"]]
    assert (trace.zmin, trace.zmax) == (0, 1)
    assert drawn.layout.yaxis.autorange == "reversed"
