from hypothesis import given, settings
from hypothesis import strategies as st

from components import safe


def test_every_punctuation_mark_is_escaped_and_line_breaks_become_spaces() -> None:
    assert safe.label("*a*\n# b") == r"\*a\* \# b"


def test_shortcuts_and_bare_links_cannot_form() -> None:
    shown = safe.label(":red[x] www.a.b http://c a@b.cd --> <-")
    for trigger in (":red", "www\\.", "http\\://", "a\\@b", "--", "<-", "->"):
        assert trigger not in shown


@given(st.text(max_size=80))
@settings(max_examples=200, derandomize=True)
def test_nothing_of_the_text_is_lost_or_added_but_the_escapes(text: str) -> None:
    shown = safe.label(text).replace("\u2060", "")
    plain = "".join(part[1:] if part.startswith("\\") else part for part in _pieces(shown))
    assert plain == " ".join(text.replace("\u2060", "").split())


@given(st.text(alphabet="[]\\a*`", max_size=12))
def test_a_badge_gets_what_a_label_is_once_streamlit_has_escaped_brackets(text: str) -> None:
    shown = safe.badge(text).replace("[", r"\[").replace("]", r"\]")
    assert shown == safe.label(text)


def _pieces(text: str) -> list[str]:
    found, place = [], 0
    while place < len(text):
        size = 2 if text[place] == "\\" else 1
        found.append(text[place : place + size])
        place += size
    return found


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert safe.label("a" * 400, limit=5) == "aaaa…"


def test_marked_text_is_escaped_everywhere() -> None:
    text = "<b> & 'x'"
    assert safe.marked(text, [(0, 3)]) == "<mark>&lt;b&gt;</mark> &amp; &#x27;x&#x27;"
    assert safe.marked(text, []) == safe.markup(text)
