"""Archives written by hand, so that they may say what no program would write."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

from tests.evaluation.collections.uploads import BEIR, CORPUS, zipped

CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def tar_of(*infos: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Pack members with headers as they are, after the sound collection."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in BEIR.items():
            info, data = tarfile.TarInfo(name), str(content).encode()
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info, data in infos:
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    """Describe one member of a tar archive."""
    info = tarfile.TarInfo(name)
    info.type = kind
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def raw_tar(*blocks: bytes) -> Callable[[], bytes]:
    """Pack blocks as they are with gzip."""
    return lambda: gzip.compress(b"".join(blocks), 1)


def header(name: bytes, size: int | bytes, kind: bytes) -> bytes:
    """Write one header of a tar archive, with a true checksum, whatever it claims."""
    length = size if isinstance(size, bytes) else b"%011o\0" % size
    start = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + length + b"00000000000\0"
    rest = kind + b"\0" * 100 + b"ustar\x0000" + b"\0" * 247
    total = sum(start) + 8 * 32 + sum(rest)
    return start + b"%06o\0 " % total + rest


def padded(data: bytes) -> bytes:
    """Fill data up to whole blocks."""
    return data + b"\0" * (-len(data) % 512)


def pax(**records: str) -> bytes:
    """Write an extended header."""
    lines = b""
    for key, value in records.items():
        body = f" {key.replace('_', '.')}={value}\n".encode()
        length = len(body) + len(str(len(body) + 2))
        lines += f"{length}".encode() + body
    return header(b"pax", len(lines), b"x") + padded(lines)


def nested(levels: int) -> bytes:
    """Pack an archive in an archive in an archive."""
    inner = zipped(BEIR)
    for _ in range(levels):
        inner = zipped({"inner.zip": inner})
    return inner


def many_entries(count: int) -> bytes:
    """Write a .zip that lists one tiny file very often."""
    name = b"%07d.jsonl"
    entry = struct.pack(
        "<4s4B4HL2L5H2L", CENTRAL, 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0
    )
    body = b"".join(entry + name % number for number in range(count))
    end = struct.pack("<4s4H2LH", END, 0, 0, 65535, 65535, len(body), 0, 0)
    return body + end


def twice() -> bytes:
    """Pack two members of one name."""
    import warnings

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("corpus.jsonl", CORPUS)
        archive.writestr("./corpus.jsonl", "{}")
    return buffer.getvalue()


def overlapping() -> bytes:
    """Let two entries of a .zip share the bytes of one file."""
    data = zipped({"corpus.jsonl": CORPUS, "dorpus.jsonl": CORPUS})
    first = data.index(CENTRAL)
    second = data.index(CENTRAL, first + 4)
    changed = bytearray(data)
    changed[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(changed)


def sparse() -> bytes:
    """Pack a file that claims to be 8 GB of nothing, in the old form of GNU."""
    block = bytearray(header(b"corpus.jsonl", 0, b"S"))
    block[483:495] = b"77777777777\0"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)
