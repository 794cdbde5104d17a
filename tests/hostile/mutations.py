"""Valid files with something done to them: what chance makes of bytes that nearly are a format."""

from hypothesis import strategies as st

PIECES = (
    *(
        b"\n",
        b"\r\n",
        b"\t",
        b" ",
        b",",
        b'"',
        b"'",
        b"<",
        b">",
        b"&",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"-",
        b"\\",
    ),
    *(
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xef\xbb\xbf",
        "\u2028".encode(),
        "é".encode(),
        b"\\ud800",
    ),
    *(
        b"0",
        b"-1",
        b"1e999",
        b"nan",
        b"null",
        b"true",
        b"9" * 30,
        b"1.5",
        b"0x1",
        b"<DOC>",
        b"</DOC>",
        b"<top>",
        b".I 1\n",
        b"&#0;",
        b"!!",
        b"*a",
        b"&a ",
    ),
)


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Take a valid file and flip, cut, double, splice or insert something, up to four times."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        data = draw(st.sampled_from((flipped, cut, doubled, spliced, inserted)))(
            draw, data, start, end, seeds
        )
    return data


def flipped(draw: st.DrawFn, data: bytes, start: int, end: int, _: tuple[bytes, ...]) -> bytes:
    """Change one bit of every byte of a stretch."""
    bit = 1 << draw(st.integers(0, 7))
    return data[:start] + bytes(byte ^ bit for byte in data[start:end]) + data[end:]


def cut(draw: st.DrawFn, data: bytes, start: int, end: int, _: tuple[bytes, ...]) -> bytes:
    """Leave a stretch out, or all that comes after it."""
    return data[:start] + (data[end:] if draw(st.booleans()) else b"")


def doubled(draw: st.DrawFn, data: bytes, start: int, end: int, _: tuple[bytes, ...]) -> bytes:
    """Repeat a stretch."""
    return data[:end] + data[start:end] * draw(st.integers(1, 4)) + data[end:]


def spliced(draw: st.DrawFn, data: bytes, start: int, end: int, seeds: tuple[bytes, ...]) -> bytes:
    """Go on with the end of another file."""
    other = draw(st.sampled_from(seeds))
    return data[:start] + other[draw(st.integers(0, len(other))) :]


def inserted(draw: st.DrawFn, data: bytes, start: int, end: int, _: tuple[bytes, ...]) -> bytes:
    """Put something in that formats are made of."""
    return data[:start] + draw(st.sampled_from(PIECES)) + data[start:]
