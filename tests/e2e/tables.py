"""A table on a page: what its cells hold, and clicks on it, for the browser tests.

Tables are drawn on a canvas; the cells are read from the hidden table kept for screen readers.
"""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

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
        names = self.frame.get_by_role("columnheader")
        expect(names.first).to_be_attached()
        return [name for name in names.all_text_contents() if name]

    def column(self, name: str) -> list[str]:
        """Give the cells of a column, top to bottom."""
        header = self.frame.get_by_role("columnheader").filter(has_text=name).first
        number = header.get_attribute("aria-colindex")
        return self.frame.locator(f"td[aria-colindex='{number}']").all_text_contents()

    def rows(self) -> list[list[str]]:
        """Give all cells in view, row by row."""
        expect(self.frame.get_by_role("gridcell").first).to_be_attached()
        return [
            row.get_by_role("gridcell").all_text_contents()
            for row in self.frame.locator("tbody tr").all()
        ]

    def expect_rows(self, count: int) -> None:
        """Wait until the table has so many rows."""
        grid = self.frame.locator("table[role=grid]")
        expect(grid).to_have_attribute("aria-rowcount", str(count + 1))

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
        self.frame.locator("canvas").first.click(position={"x": x, "y": y})
