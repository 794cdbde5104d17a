"""Archives: ways out, links, lies about sizes and names, damage, bombs."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

from tests.evaluation.collections.uploads import BEIR, CORPUS, QUERIES, gzipped, tarred, zipped
from tests.hostile.actions import Act, alone, uploaded, with_file
from tests.hostile.case import Case

GOOD = {
    "documents": {f"d{n}": f"The text of document {n}." for n in range(1, 6)},
    "queries": {"q1": "first", "q2": "second"},
    "grades": {"test": {"q1": {"d1": 2, "d2": 1}, "q2": {"d3": 1}}},
}
CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def zip_with(*changes: tuple[bytes, int, bytes]) -> Act:
    """Import a .zip with bytes at a place behind the first of some marks exchanged."""

    def build() -> bytes:
        data = bytearray(zipped(BEIR))
        for mark, place, new in changes:
            start = data.index(mark) + place
            data[start : start + len(new)] = new
        return bytes(data)

    return alone("a.zip", build)


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


CASES = (
    Case(
        "a way out by ..\\ in a zip",
        alone("a.zip", lambda: zipped(BEIR, "..\\..\\")),
        "leads outside",
    ),
    Case(
        "a drive of Windows in a zip", alone("a.zip", lambda: zipped(BEIR, "C:")), "leads outside"
    ),
    Case(
        "a way out in the middle",
        alone("a.zip", lambda: zipped(BEIR, "a/../../b/")),
        "leads outside",
    ),
    Case(
        "a FIFO in a tar",
        alone("a.tgz", lambda: tar_of((member("x", tarfile.FIFOTYPE), b""))),
        "is a link or a device",
    ),
    Case(
        "a block device in a tar",
        alone("a.tgz", lambda: tar_of((member("sda", tarfile.BLKTYPE), b""))),
        "is a link or a device",
    ),
    Case(
        "a link to a link in a tar",
        alone(
            "a.tgz",
            lambda: tar_of(
                (member("a", tarfile.SYMTYPE, linkname="/"), b""),
                (member("a/etc/passwd", tarfile.SYMTYPE, linkname="b"), b""),
            ),
        ),
        "is a link or a device",
    ),
    Case("a sparse file of 8 GB", alone("a.tgz", raw_tar(sparse(), b"\0" * 1024)), "a.tgz"),
    Case(
        "a sparse map that is no number",
        alone(
            "a.tgz",
            raw_tar(
                pax(GNU_sparse_map="x,y", GNU_sparse_size="10", GNU_sparse_name="corpus.jsonl"),
                header(b"corpus.jsonl", 0, b"0"),
                b"\0" * 1024,
            ),
        ),
        "a.tgz",
    ),
    Case(
        "a thousand headers before the first file",
        alone("a.tgz", lambda: gzip.compress(pax(comment="x") * 1000 + header(b"a", 0, b"0"))),
        "a.tgz",
    ),
    Case(
        "headers without end in a tar",
        alone("a.tgz", lambda: gzip.compress(pax(comment="x") * 40_000)),
        "a.tgz",
    ),
    Case(
        "a header of 1.5 GB in a tar",
        alone(
            "a.tgz",
            lambda: (
                gzip.compress(header(b"pax", 1_500_000_000, b"x"), 1)
                + b"".join([gzip.compress(b"\0" * 100_000_000, 6)] * 15)
            ),
        ),
        "a.tgz",
    ),
    Case(
        "a negative size in a tar",
        alone("a.tgz", raw_tar(header(b"corpus.jsonl", b"\xff" * 12, b"0"), b"\0" * 1024)),
        "a.tgz",
    ),
    Case(
        "a wrong checksum in a tar",
        alone("a.tgz", lambda: gzip.compress(b"corpus.jsonl".ljust(512, b"\1") + b"\0" * 1024)),
        "a.tgz",
    ),
    Case(
        "a size of letters in a tar",
        alone("a.tgz", raw_tar(header(b"corpus.jsonl", b"abcdefghijk\0", b"0"), b"\0" * 1024)),
        "a.tgz",
    ),
    Case(
        "a file that ends before its size",
        alone("a.tgz", raw_tar(header(b"corpus.jsonl", 90_000, b"0"), CORPUS.encode())),
        "a.tgz|corpus.jsonl",
    ),
    Case(
        "a name in Latin-1 in a tar",
        alone("a.tgz", raw_tar(header(b"caf\xe9.jsonl", 2, b"0"), padded(b"{}"), b"\0" * 1024)),
        "a.tgz",
    ),
    Case(
        "a name with a line break in a tar",
        alone("a.tgz", lambda: tar_of((member("corpus\n.jsonl", size=2), b"{}"))),
        "a.tgz",
    ),
    Case(
        "a name with an escape sequence",
        alone("a.zip", lambda: zipped({"\x1b[2Jcorpus.jsonl": CORPUS})),
        "a.zip",
    ),
    Case(
        "a name that is written from right to left",
        alone("a.zip", lambda: zipped({"\u202elnosj.corpus": CORPUS})),
        "a.zip",
    ),
    Case(
        "a name of 60,000 characters",
        alone("a.zip", lambda: zipped({"q" * 60_000: CORPUS})),
        "a.zip",
    ),
    Case(
        "a name that is no UTF-8 in a zip",
        zip_with((CENTRAL, 9, b"\x08"), (CENTRAL, 46, b"\xff\xfe")),
        "a.zip",
    ),
    Case(
        "names that differ in case only",
        uploaded(lambda: {"a.zip": zipped(BEIR | {"README.md": "a", "readme.md": "b"})}),
        gives=GOOD,
    ),
    Case("one name twice", alone("a.zip", twice), "twice"),
    Case(
        "a wrong checksum in a zip",
        zip_with((CENTRAL, 16, b"\0\0\0\0"), (LOCAL, 14, b"\0\0\0\0")),
        "damaged",
    ),
    Case("a zip with patched data", zip_with((CENTRAL, 8, b"\x20")), "a.zip|corpus.jsonl"),
    Case("a zip with strong encryption", zip_with((CENTRAL, 8, b"\x40")), "a.zip|corpus.jsonl"),
    Case("an unknown method in a zip", zip_with((CENTRAL, 10, b"\x63")), "not understood"),
    Case("deflate64 in a zip", zip_with((CENTRAL, 10, b"\x09")), "not understood"),
    Case("a zip of a version to come", zip_with((CENTRAL, 6, b"\xff")), "a.zip"),
    Case("a size that is too small in a zip", zip_with((CENTRAL, 24, b"\5\0\0\0")), "damaged"),
    Case(
        "a size of 4 GB in a zip",
        zip_with((CENTRAL, 24, b"\xfe\xff\xff\xff")),
        "unpacks to more than",
    ),
    Case(
        "a member that begins behind the end",
        zip_with((CENTRAL, 42, b"\xfe\xff\xff\xff")),
        "a.zip|corpus.jsonl",
    ),
    Case(
        "a list of members that lies elsewhere", zip_with((END, 16, b"\xfe\xff\xff\xff")), "a.zip"
    ),
    Case("a list of members without end", zip_with((END, 12, b"\xfe\xff\xff\xff")), "a.zip"),
    Case("another name in the list than in the file", zip_with((LOCAL, 30, b"X")), "damaged"),
    Case("members that share their bytes", alone("a.zip", overlapping), "damaged"),
    Case(
        "a zip64 field cut off",
        zip_with((CENTRAL, 24, b"\xff\xff\xff\xff"), (CENTRAL, 30, b"\0\0")),
        "a.zip",
    ),
    Case(
        "three million files in a zip",
        alone("a.zip", lambda: many_entries(3_000_000)),
        "a.zip holds more than",
    ),
    Case("zips within zips, 8 deep", alone("a.zip", lambda: nested(8)), "inner.zip is an archive"),
    Case(
        "a zip behind something else",
        alone("a.zip", lambda: b"#!/bin/sh\n" + zipped(BEIR)),
        gives=GOOD,
    ),
    Case(
        "gzip in two members",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": b"".join(map(gzipped, QUERIES.splitlines(keepends=True))),
            }
        ),
        gives=GOOD,
    ),
    Case(
        "garbage behind gzip",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES) + b"garbage",
            }
        ),
        "queries.jsonl.gz is damaged",
    ),
    Case(
        "zeros behind gzip",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES) + b"\0" * 900,
            }
        ),
        gives=GOOD,
    ),
    Case(
        "gzip with a wrong checksum",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES)[:-8] + b"\0" * 8,
            }
        ),
        "queries.jsonl.gz is damaged",
    ),
    Case(
        "gzip with flipped bits",
        uploaded(
            lambda: {
                **{k: v for k, v in BEIR.items() if "queries" not in k},
                "queries.jsonl.gz": gzipped(QUERIES)[:14] + b"\xff" * 9 + gzipped(QUERIES)[23:],
            }
        ),
        "queries.jsonl.gz is damaged",
    ),
    Case(
        "a run file that is a gzip bomb",
        uploaded(
            lambda: {
                "qrels.txt": "q1 0 d1 1\n",
                "bm25.trec.gz": gzip.compress(b"q1 Q0 d1 1 1.5 x\n" * 8_000_000, 6),
            }
        ),
        "unpacks to more than",
    ),
    Case(
        "a tar of 20,000 empty files",
        alone("a.tgz", lambda: tarred({f"{n}.md": "" for n in range(20_000)})),
        "holds more than 10,000 files",
    ),
)
