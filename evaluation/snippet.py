"""The part of a long text that holds most of the marked places."""

from collections.abc import Sequence

Spans = list[tuple[int, int]]

ELLIPSIS = "…"


def snippet(text: str, spans: Sequence[tuple[int, int]], length: int = 240) -> tuple[str, Spans]:
    """Cut the stretch with the most marked places out of a text.

    Args:
        text: any text.
        spans: marked places, `(start, end)` in characters, in order and not overlapping.
        length: how many characters to give at most (a little less, to end between words).

    Returns:
        The stretch, with an ellipsis where something was cut off, and the marked places that lie
        wholly within it, counted from its start. Of equal stretches the first one is taken;
        without marked places that is the beginning.
    """
    if len(text) <= length:
        return text, list(spans)
    start = _best_start(spans, length)
    start = 0 if start < length // 4 else _word_start(text, start - length // 8)
    end = min(len(text), start + length)
    if end < len(text):
        blank = text.rfind(" ", start + length // 2, end)
        end = blank if blank > 0 else end
    front = ELLIPSIS if start else ""
    back = ELLIPSIS if end < len(text) else ""
    shift = len(front) - start
    inside = [(a + shift, b + shift) for a, b in spans if a >= start and b <= end]
    return front + text[start:end] + back, inside


def _best_start(spans: Sequence[tuple[int, int]], length: int) -> int:
    """Give where the window of `length` characters with the most spans begins."""
    best, most, last = 0, 0, 0
    for first, (start, _) in enumerate(spans):
        last = max(last, first)
        while last < len(spans) and spans[last][1] <= start + length * 3 // 4:
            last += 1
        if last - first > most:
            best, most = start, last - first
    return best


def _word_start(text: str, place: int) -> int:
    """Move a place forward to the next beginning of a word, if one is near."""
    blank = text.find(" ", place, place + 30)
    return blank + 1 if blank >= 0 else place
