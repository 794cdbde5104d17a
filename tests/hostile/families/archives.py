"""Archives: ways out, links, lies about sizes and names, damage, bombs."""

import gzip
import tarfile

from tests.evaluation.collections.uploads import BEIR, CORPUS, tarred, zipped
from tests.hostile.actions import GOOD, Act, alone, uploaded
from tests.hostile.case import Case
from tests.hostile.packing import (
    CENTRAL,
    END,
    LOCAL,
    header,
    many_entries,
    member,
    nested,
    overlapping,
    padded,
    pax,
    raw_tar,
    sparse,
    tar_of,
    twice,
)


def zip_with(*changes: tuple[bytes, int, bytes]) -> Act:
    """Import a .zip with bytes at a place behind the first of some marks exchanged."""

    def build() -> bytes:
        data = bytearray(zipped(BEIR))
        for mark, place, new in changes:
            start = data.index(mark) + place
            data[start : start + len(new)] = new
        return bytes(data)

    return alone("a.zip", build)


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
    Case("a zip whose file has no name", zip_with((CENTRAL, 46, b"\0")), "a file without a name"),
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
        "a tar of 20,000 empty files",
        alone("a.tgz", lambda: tarred({f"{n}.md": "" for n in range(20_000)})),
        "holds more than 10,000 files",
    ),
)
