"""Steps that several journeys take, and the collections they bring along."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.browsing import visit
from tests.evaluation.collections.uploads import zipped

JOB_MS = 120_000  # a job loads models, and shares two cores with everything else
Grades = Mapping[str, Mapping[str, int]]

BAR = """number => {
  const chart = document.querySelector(".js-plotly-plot")
  if (!chart || !chart._fullLayout) return null
  const {xaxis, yaxis, _size: size} = chart._fullLayout
  for (const trace of chart._fullData) {
    const place = Array.from(trace.x).indexOf(number)
    if (place < 0) continue
    return [size.l + xaxis.d2p(number), size.t + yaxis.d2p(trace.y[place] / 2)]
  }
  return null
}"""


def beir_zip(
    documents: Mapping[str, tuple[str, str]], queries: Mapping[str, str], grades: Grades
) -> bytes:
    """Pack a collection as BEIR does: documents are title and text by id."""
    lines = [
        json.dumps({"_id": i, "title": title, "text": text})
        for i, (title, text) in documents.items()
    ]
    asked = [json.dumps({"_id": i, "text": text}) for i, text in queries.items()]
    judged = [f"{q}\t{d}\t{grade}" for q, known in grades.items() for d, grade in known.items()]
    files = {
        "corpus.jsonl": "\n".join(lines),
        "queries.jsonl": "\n".join(asked),
        "qrels/test.tsv": "\n".join(["query-id\tcorpus-id\tscore", *judged]),
    }
    return zipped(files)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    """Open the upload form and give it files, name and content; nothing is imported yet."""
    visit(page, "/collections?add=upload")
    given: list[FilePayload] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files
    ]
    page.locator("input[type=file]").set_input_files(given)


def import_files(page: Page, *files: tuple[str, bytes], name: str = "") -> str:
    """Upload files, import them as they were recognised; gives the id of the new collection."""
    upload(page, *files)
    start = page.get_by_role("button", name="Import", exact=True)
    start.wait_for()
    if name:
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Name", exact=True).press("Tab")
    start.click()
    page.wait_for_url("**/collections?collection=*")
    return chosen(page, "collection")


def chosen(page: Page, key: str) -> str:
    """Read what the address of the page says under a key."""
    return parse_qs(urlsplit(page.url).query)[key][0]


def start_experiment(page: Page, *systems: str) -> None:
    """Tick systems on the experiment page, start, and wait until all of them have results."""
    for name in systems:
        box = page.get_by_test_id("stCheckbox").filter(has=page.get_by_text(name, exact=True))
        box.click()
        expect(box.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name=re.compile("^Start(?! over)")).click()
    page.wait_for_url("**/experiment?*job=*")
    expect(page.get_by_text(re.compile("^Done after "))).to_be_visible(timeout=JOB_MS)


def click_bar(page: Page, number: int) -> None:
    """Click a bar of the first chart of the page, counted from 1 at the left."""
    chart = page.locator(".js-plotly-plot").first
    chart.scroll_into_view_if_needed()
    found = page.wait_for_function(BAR, arg=number).json_value()
    chart.click(position={"x": found[0], "y": found[1]})


def opened(page: Page, menu: str) -> Locator:
    """Open a menu of the page head; gives what is in it."""
    page.get_by_test_id("stPopover").get_by_role("button", name=menu).click()
    return page.get_by_test_id("stPopoverBody")


def content(page: Page, button: Locator) -> bytes:
    """Click a download button; gives what arrives."""
    with page.expect_download() as arriving:
        button.click()
    return Path(arriving.value.path()).read_bytes()


def table(page: Page, button: Locator) -> list[dict[str, str]]:
    """Click a download button; gives the rows of the table that arrives."""
    return list(csv.DictReader(io.StringIO(content(page, button).decode())))
