"""Steps that several journeys take, and the collections they bring along."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import FilePayload, Page

from tests.e2e.browsing import visit
from tests.evaluation.collections.uploads import zipped

Grades = Mapping[str, Mapping[str, int]]


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
    return parse_qs(urlsplit(page.url).query)["collection"][0]
