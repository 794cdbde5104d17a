"""Where a visitor wanted to go before the login, which always ends on the first page.

Streamlit starts a new session after it, so the address is kept by the token that Streamlit gives
each browser against forged requests. Nothing else is done with it.
"""

import time

import streamlit as st

COOKIE = "_streamlit_xsrf"
MOST = 1000  # visitors
KEPT_S = 900.0
Address = tuple[str, dict[str, str]]
_wanted: dict[bytes, tuple[float, Address]] = {}


def remember(page: str, selections: dict[str, str]) -> None:
    """Keep the address that this browser has opened."""
    browser = _browser()
    if browser is None:
        return
    _wanted.pop(browser, None)
    while len(_wanted) >= MOST:
        _wanted.pop(next(iter(_wanted)), None)
    _wanted[browser] = (time.monotonic(), (page, selections))


def take() -> Address | None:
    """Give the address that this browser opened before the login, once."""
    browser = _browser()
    when, address = _wanted.pop(browser, (0.0, None)) if browser else (0.0, None)
    return address if time.monotonic() - when < KEPT_S else None


def _browser() -> bytes | None:
    """Give the token in the cookie `2|mask|masked token|time`, whose mask differs each time."""
    try:
        _, mask, masked, _ = st.context.cookies.get(COOKIE, "").split("|")
        key, text = bytes.fromhex(mask), bytes.fromhex(masked)
        return bytes(c ^ key[place % len(key)] for place, c in enumerate(text)) or None
    except (ValueError, ZeroDivisionError):
        return None
