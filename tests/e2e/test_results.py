"""What only a real browser can show of the result pages: clicks on bars, rows and cards."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.e2e.browsing import visit

pytestmark = pytest.mark.browser

PIXEL = """(plot, [x, y]) => {
    const {_size, xaxis, yaxis} = plot._fullLayout, box = plot.getBoundingClientRect()
    return [box.x + _size.l + xaxis.d2p(x), box.y + _size.t + yaxis.d2p(y)]
}"""
HEADER, ROW = 36, 35  # heights in a table, in pixels


def steady(page: Page, shown: Locator) -> FloatRect:
    """Give the place of something once it no longer moves (plots above it may still grow)."""
    shown.scroll_into_view_if_needed()
    before = None
    while (box := shown.bounding_box()) is None or box != before:
        before = box
        page.wait_for_timeout(400)
    return box


def click_row(page: Page, table: Locator, row: int, x: float) -> None:
    """Click a row of a table, which is drawn on a canvas; row -1 is its header."""
    box = steady(page, table.locator("canvas").first)
    page.mouse.click(box["x"] + x, box["y"] + HEADER + ROW * row + ROW / 2)


def test_ticked_rows_go_to_compare_and_a_bar_opens_the_query(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/leaderboard?experiment=sample&baseline=0")
    table = page.get_by_test_id("stDataFrame").first
    click_row(page, table, 0, 16)
    page.wait_for_url(re.compile("systems=1"))
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare.*systems=0%2C1"))
    bars = page.locator(".js-plotly-plot").first
    expect(bars.locator(".bars .point").first).to_be_visible()
    steady(page, bars)
    page.mouse.click(*bars.evaluate(PIXEL, [1, 0.1]))
    page.wait_for_url(re.compile(r"/query.*query=q\d"))
    expect(page.get_by_text("Rankings", exact=True)).to_be_visible()


def test_a_point_opens_the_query(sample_page: Page) -> None:
    visit(sample_page, "/compare?experiment=sample&systems=3,1")
    point = sample_page.locator(".js-plotly-plot").nth(1).locator(".point").last
    expect(point).to_be_visible()
    box = steady(sample_page, point)
    sample_page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    sample_page.wait_for_url(re.compile(r"/query.*systems=3%2C1.*query=q\d"))


def test_a_row_of_the_sorted_table_opens_its_own_query(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/compare?experiment=sample&systems=3,1")
    table = page.get_by_test_id("stDataFrame").first
    worst_cell = table.get_by_test_id("glide-cell-3-7")
    expect(worst_cell).to_have_text(re.compile(r"^q\d+$"))
    worst = worst_cell.inner_text()
    click_row(page, table, -1, 30)  # sorts by the first column, from the largest loss now
    click_row(page, table, 0, 30)
    page.wait_for_url(re.compile(rf"query={worst}(&|$)"))


def test_a_card_opens_the_document_once_and_the_lists_are_joined(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/query?experiment=sample&systems=3,1&query=q2")
    cards = page.locator(".card")
    expect(cards).to_have_count(20)
    common = page.evaluate(
        """() => {
            const found = [...document.querySelectorAll("*")].map(e => e.shadowRoot).find(Boolean)
            const lists = [...found.querySelectorAll(".column")].map(
                one => new Set([...one.querySelectorAll(".card")].map(card => card.dataset.doc)))
            return [...lists[0]].filter(doc => lists[1].has(doc)).length
        }"""
    )
    expect(page.locator(".board path")).to_have_count(common)
    assert common > 0
    cards.first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(cards.first.get_attribute("data-doc") or "nothing")
    expect(drawer.locator("mark").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.get_by_role("radio", name="20", exact=True).click()
    expect(cards).to_have_count(40)
    expect(drawer).to_have_count(0)


def test_the_same_document_lights_up_in_every_list(sample_page: Page) -> None:
    visit(sample_page, "/query?experiment=sample&systems=2,1&query=q2")
    first = sample_page.locator(".column").nth(0).locator(".card").first
    doc = first.get_attribute("data-doc")
    first.hover()
    lit = sample_page.locator(".card.same")
    expect(lit).to_have_count(2)
    assert [card.get_attribute("data-doc") for card in lit.all()] == [doc, doc]


def test_downloads_hold_what_they_say(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/leaderboard?experiment=sample")
    page.get_by_role("button", name="Export").click()
    for label, start in (
        ("Leaderboard (CSV)", b"system,state,line,nDCG@10"),
        ("Single queries (CSV)", b"system,query_id,text,nDCG@10"),
        ("TREC runs (zip)", b"PK"),
        ("Experiment (YAML)", b"name: Sample"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.path().read_bytes().startswith(start)


@pytest.mark.parametrize("path", ["leaderboard", "compare?systems=3,1", "query?systems=3,1,2,0"])
def test_nothing_is_wider_than_a_phone(sample_page: Page, path: str) -> None:
    sample_page.set_viewport_size({"width": 390, "height": 844})
    mark = "&" if "?" in path else "?"
    visit(sample_page, f"/{path}{mark}experiment=sample")
    width = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert sample_page.evaluate(width) <= 390
