"""A table on a page: what its cells hold, and clicks on it, for the browser tests.

Tables are drawn on a canvas; the cells are read from the hidden table kept for screen readers.
"""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import WAIT_MS

HEADER = 35
CHECKBOX = 16


@dataclass(frozen=True)
class Table:
    """A table of a page: the one number `place`, from 0, with rows of a height in pixels.

    Only columns that are in view can be read, only rows in view clicked. Rows count from 0.
    """

    page: Page
    place: int = 0
    row_height: int = 35

    @property
    def frame(self) -> Locator:
        """The element of the table."""
        return self.page.get_by_test_id("stDataFrame").nth(self.place)

    def header(self) -> list[str]:
        """Give the names of the columns in view."""
        names = self.frame.locator("th")
        expect(names.first).to_be_attached()
        return [name for name in names.all_text_contents() if name]

    def column(self, name: str) -> list[str]:
        """Give the cells of a column, top to bottom."""
        return self._cells(name).all_text_contents()

    def expect_column(self, name: str, cells: list[str]) -> None:
        """Wait until a column holds exactly these cells, top to bottom."""
        expect(self._cells(name)).to_have_text(cells)

    def rows(self) -> list[list[str]]:
        """Give all cells in view, row by row."""
        expect(self.frame.locator("td").first).to_be_attached()
        found = self.frame.locator("tbody tr").all()
        return [row.locator("td").all_text_contents() for row in found]

    def expect_rows(self, count: int, timeout: float = WAIT_MS) -> None:
        """Wait until the table has so many rows."""
        grid = self.frame.locator("table[role=grid]")
        expect(grid).to_have_attribute("aria-rowcount", str(count + 1), timeout=timeout)

    def tick(self, row: int) -> None:
        """Tick the box of a row, and wait until it is ticked."""
        self.click(row, CHECKBOX)
        ticked = self.frame.locator(f"tr[aria-rowindex='{row + 2}']")
        expect(ticked).to_have_attribute("aria-selected", "true")

    def click(self, row: int, x: int = 80) -> None:
        """Click into a row, so many pixels from the left."""
        cell = self.frame.locator(f"[data-testid^=glide-cell-][data-testid$='-{row}']").first
        expect(cell).to_be_attached()
        y = HEADER + row * self.row_height + self.row_height // 2
        self.frame.locator(".dvn-scroller").click(position={"x": x, "y": y})

    def _cells(self, name: str) -> Locator:
        header = self.frame.locator("th").get_by_text(name, exact=True).first
        return self.frame.locator(f"td[aria-colindex='{header.get_attribute('aria-colindex')}']")
