"""Broken uploads in a real browser: one sentence, nothing stored, and a way on."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys import beir_zip, upload
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

GOOD = beir_zip({"d1": ("River", "a quiet river")}, {"q1": "river"}, {"q1": {"d1": 1}})


def test_a_truncated_archive_is_one_sentence_and_leaves_nothing(
    journey_page: Page, journey_server: Server
) -> None:
    page, server = journey_page, journey_server
    before = server.workspace.collections()
    upload(page, ("broken.zip", GOOD[: len(GOOD) // 2]))
    said = page.get_by_test_id("stAlertContentError")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("broken.zip")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert server.workspace.collections() == before
