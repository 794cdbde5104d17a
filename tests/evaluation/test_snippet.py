from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.snippet import snippet


def test_a_short_text_is_given_whole() -> None:
    assert snippet("a river runs", [(2, 7)], 50) == ("a river runs", [(2, 7)])


def test_without_marks_the_beginning_is_given_up_to_a_word() -> None:
    text = "one two three four five six seven"
    assert snippet(text, [], 20) == ("one two three four…", [])


def test_the_stretch_with_the_most_marks_is_chosen() -> None:
    text = "apple " + "filler " * 40 + "apple pear apple " + "filler " * 40
    places = [(0, 5)]
    at = text.index("apple pear")
    places += [(at, at + 5), (at + 6, at + 10), (at + 11, at + 16)]
    shown, spans = snippet(text, places, 80)
    assert [shown[a:b] for a, b in spans] == ["apple", "pear", "apple"]
    assert shown.startswith("…")
    assert shown.endswith("…")


@given(
    st.lists(st.text("ab é界", min_size=1, max_size=12), min_size=1, max_size=60),
    st.integers(10, 80),
    st.data(),
)
@settings(max_examples=200, derandomize=True)
def test_marks_stay_on_their_text_and_the_length_is_kept(
    words: list[str], length: int, data: st.DataObject
) -> None:
    text, spans = "", []
    for word in words:
        if data.draw(st.booleans()):
            spans.append((len(text), len(text) + len(word)))
        text += word + " "
    marked = [text[a:b] for a, b in spans]
    shown, places = snippet(text, spans, length)
    assert len(shown) <= max(length, 0) + 2
    assert shown.strip("…") in text
    found = [shown[a:b] for a, b in places]
    assert "".join(found) in "".join(marked)
