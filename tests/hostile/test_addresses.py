"""Addresses that somebody has forged: every page answers every one of them with a page."""

import random
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import state
from components.router import SECTIONS
from evaluation.workspace import ROOT, Workspace
from tests.fresh_seed import fresh_seed
from tests.hostile.case import CLASS_NAME
from tests.shown import text_of

Sample = tuple[Workspace, str, str]
PAGES = [name for pages in SECTIONS.values() for name, _, _ in pages]
VISITS, SHARE = 150, 0.12  # of the keys forged in one visit: each value of each key about once
FORGED = (
    *(
        "x" * 100_000,
        "9" * 5_000,
        "-1",
        "0",
        "1e999",
        "nan",
        "٣",
        "True",
        "None",
        "\x00",
        "\ud7ff",
        "\u202e",
    ),
    *(
        "../../etc/passwd",
        "..\\..",
        "'; DROP TABLE job; --",
        "<script>alert(1)</script>",
        "[x](javascript:1)",
    ),
    *(
        "0,0,0,0",
        "99999999999999999999",
        "1,2,3,4,5,6,7,8",
        "{}",
        "[]",
        "%00",
        "a=b&c=d",
        " ",
        ",",
        "é" * 300,
    ),
)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys that pages ask the address for."""
    found: set[str] = set()
    get, here = state.get, state.here

    def got(key: str, *rest: Any) -> Any:
        found.add(key)
        return get(key, *rest)

    def found_here(key: str) -> Any:
        found.add(key)
        return here(key)

    monkeypatch.setattr(state, "get", got)
    monkeypatch.setattr(state, "here", found_here)
    return found


def shown(page: str, /, **query: str) -> str:
    """Open a page; gives what is on it, or what is wrong with it."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    app.query_params.update(query)
    app.switch_page(f"pages/{page}.py").run()
    if app.exception:
        return f"{page} {str(query)[:300]}: {app.exception[0].value}"
    text = text_of(app)
    if not text.strip():
        return f"{page} {str(query)[:300]}: nothing is shown"
    return f"{page}: {text[:200]}" if CLASS_NAME.search(text) else ""


def keys_of(page: str, sample: Sample, read: set[str]) -> list[str]:
    """Name the keys that a page asks for."""
    read.clear()
    assert not shown(page, experiment=sample[2])
    return sorted(read)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_every_forged_selection(page: str, sample: Sample, read: set[str]) -> None:
    chance, keys = random.Random(fresh_seed()), keys_of(page, sample, read)
    wrong = []
    for _ in range(VISITS):
        forged = {key: chance.choice(FORGED) for key in keys if chance.random() < SHARE}
        wrong += [shown(page, **({"experiment": sample[2]} | forged))]
    assert [line for line in wrong if line] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_an_address_in_which_everything_is_forged(page: str, sample: Sample) -> None:
    known = {"experiment": sample[2], "collection": sample[1]}
    for place, value in enumerate(("9" * 5_000, "<b>'\"\\../%00")):
        assert not shown(page, **(dict.fromkeys(state.KEYS, value) | (known if place else {})))
