import gzip
from pathlib import Path

import pytest

from evaluation.collections import sources
from evaluation.collections.sources import Reading, file_on_disk
from evaluation.errors import CancelledError, InputError
from tests.evaluation.collections.reading import given, lines_of


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"\xef\xbb\xbfa\n\n", ["a", ""]),
        ("zürich 北京\u2028x\n".encode(), ["zürich 北京\u2028x"]),
    ],
)
def test_lines_come_without_their_ends_and_without_a_byte_order_mark(
    content: bytes, expected: list[str]
) -> None:
    assert lines_of(content) == expected


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"ok\nab\xff", "file.txt, line 2: Byte 3 (0xff) is not UTF-8. Save the file as UTF-8."),
        (
            b"a\0b",
            "file.txt, line 1: Byte 2 is NUL, which no text holds. "
            "Save the file as plain UTF-8 text.",
        ),
        (
            "a\n".encode("utf-16"),
            "file.txt, line 1: The file is in UTF-16. Save it as UTF-8.",
        ),
        (
            "caf\xe9".encode("latin-1"),
            "file.txt, line 1: Byte 4 (0xe9) is not UTF-8. Save the file as UTF-8.",
        ),
    ],
)
def test_bytes_that_are_no_utf8_text_are_named(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as fault:
        lines_of(content)
    assert str(fault.value) == sentence


def test_a_line_of_bounded_length_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_LINE_BYTES", 10)
    assert lines_of(b"123456789\n1\n") == ["123456789", "1"]
    with pytest.raises(InputError, match="line 2: The line is longer than"):
        lines_of(b"1\n12345678901\n")


def test_progress_counts_stored_bytes_of_packed_files() -> None:
    data = gzip.compress(b"some text\n" * 100_000)
    reading = Reading()
    with reading.lines(given(data, "a.txt.gz")) as lines:
        assert sum(1 for _ in lines) == 100_000
    assert reading.done == len(data)
    assert reading.unpacked == 1_000_000


def test_a_file_called_gz_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match=r"is called \.gz but is not a gzip file"):
        Reading().head(given("hello", "a.gz"))


def test_a_gzip_file_cut_off_anywhere_is_refused() -> None:
    whole = gzip.compress(b"some text that is packed\n" * 20)
    for length in range(len(whole)):
        with pytest.raises(InputError, match=r"a.gz is (damaged|called)"):
            Reading().head(given(whole[:length], "a.gz"))


def test_a_gzip_file_that_unpacks_to_far_too_much_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "RATIO_FREE_BYTES", 1_000_000)
    data = gzip.compress(b"0" * 5_000_000)
    reading = Reading()
    with (
        pytest.raises(InputError, match="unpacks to more than 200 times its size"),
        reading.open(given(data, "a.gz")) as stream,
    ):
        stream.read()
    assert reading.unpacked < 2_000_000


def test_files_that_unpack_to_too_much_together_are_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "MAX_TOTAL_BYTES", 2_000_000)
    reading, data = Reading(), gzip.compress(b"0" * 900_000)
    for _ in range(2):
        with reading.open(given(data, "a.gz")) as stream:
            assert len(stream.read()) == 900_000
    with (
        pytest.raises(InputError, match="more than one import may hold"),
        reading.open(given(data, "a.gz")) as stream,
    ):
        stream.read()


def test_reading_stops_when_the_listener_says_so(tmp_path: Path) -> None:
    class Stop:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            raise CancelledError

    (tmp_path / "a.txt").write_text("x\n")
    file = file_on_disk(tmp_path / "a.txt", "a.txt")
    with pytest.raises(CancelledError), Reading(Stop()).lines(file) as lines:
        list(lines)
