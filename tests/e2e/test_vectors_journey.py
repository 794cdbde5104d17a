"""Vectors made elsewhere: attached to a collection, searched beside a wrong set, compared."""

import io
import re

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.browsing import settled, visit
from tests.e2e.journeys import JOB_MS, beir_zip, import_files, start_experiment
from tests.e2e.tables import Table

pytestmark = pytest.mark.browser

DOCUMENTS = {f"d{n}": ("", f"Text number {n}.") for n in range(6)}
QUERIES = {f"q{n}": f"question {n}" for n in range(3)}
GRADES = {f"q{n}": {f"d{n}": 1, f"d{n + 1}": 0} for n in range(3)}


def npy(array: npt.NDArray[np.float64]) -> bytes:
    target = io.BytesIO()
    np.save(target, array.astype(np.float32))
    return target.getvalue()


def attach(page: Page, collection: str, name: str, queries: npt.NDArray[np.float64]) -> None:
    visit(page, f"/collections?collection={collection}&tab=attachments")
    page.get_by_role("radio", name="Vectors").click()
    expect(page.get_by_text("in the order in which the collection lists them")).to_be_visible()
    given: list[FilePayload] = [
        {"name": file, "mimeType": "application/octet-stream", "buffer": npy(array)}
        for file, array in (("documents.npy", np.eye(6)), ("queries.npy", queries))
    ]
    page.locator("input[type=file]").set_input_files(given)
    field = page.get_by_label("Name of the vectors")
    field.fill(name)
    field.press("Tab")
    page.get_by_role("button", name="Add vectors").click()
    expect(page.get_by_role("button", name=f"Delete {name}")).to_be_visible(timeout=JOB_MS)


def add_system(page: Page, count: str, vectors: str) -> None:
    """Add a system; `count` is what the page says of the list then."""
    page.get_by_role("button", name="Build a system").click()
    page.get_by_text("Start from Given vectors").click()
    expect(page.get_by_text(f"In this experiment · {count}")).to_be_visible()
    settled(page)
    box = page.get_by_role("combobox", name="vectors")
    if box.input_value() != vectors:
        box.fill(vectors)
        box.press("Enter")
    expect(page.get_by_text(f"Given vectors (vectors={vectors})", exact=True).last).to_be_visible()


def test_from_two_sets_of_vectors_to_the_leaderboard(journey_page: Page) -> None:
    page = journey_page
    packed = beir_zip(DOCUMENTS, QUERIES, GRADES)
    collection = import_files(page, ("given.zip", packed), name="Given")
    attach(page, collection, "Right", np.eye(6)[:3])
    attach(page, collection, "Wrong", np.eye(6)[1:4])
    six = page.get_by_text("6 of 6 documents and 3 of 3 queries have a vector of 6 numbers")
    expect(six).to_have_count(2)
    page.get_by_role("button", name="New experiment").click()
    add_system(page, "1 system", "right")
    add_system(page, "2 systems", "wrong")
    start_experiment(page)
    page.get_by_role("link", name="Open the leaderboard").last.click()
    board = Table(page, row_height=38)
    page.get_by_role("radio", name=re.compile("^RR@.?10$")).click()
    wrong = (1 / 6 + 1 / 5 + 1 / 4) / 3  # the relevant ones are 6th, 5th and 4th
    board.expect_column("RR@10", ["1", str(wrong)])
