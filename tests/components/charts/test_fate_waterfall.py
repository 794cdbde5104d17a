from components.charts.fate_waterfall import Step, fate_waterfall_chart
from components.charts.theme import DARK, LIGHT


def test_each_loss_begins_where_the_documents_left_after_it_end() -> None:
    steps = [Step("All", 10, True), Step("Never", 2), Step("Lost", 3), Step("Top", 5, True)]
    (bars,) = fate_waterfall_chart(LIGHT, steps).data
    assert list(bars.x) == [10, 2, 3, 5]
    assert list(bars.base) == [0, 10 - 2, 10 - 2 - 3, 0]
    assert list(bars.text) == ["10 · 100%", "-2 · 20%", "-3 · 30%", "5 · 50%"]
    assert list(bars.marker.color) == [LIGHT.win, LIGHT.loss, LIGHT.loss, LIGHT.win]


def test_labels_have_the_colours_of_the_theme_and_show_as_they_are() -> None:
    drawn = fate_waterfall_chart(DARK, [Step("<b>All</b>", 1234, True)])
    (label,) = drawn.layout.annotations
    assert label.text == "&lt;b&gt;All&lt;/b&gt;  <b>1,234 · 100%</b>"
    assert label.font.color == DARK.text
