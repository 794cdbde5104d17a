import os
import time
from pathlib import Path

import pytest

from evaluation.collections.locations import Places, files_at
from evaluation.errors import InputError


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("uploads", "root", "demo"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    return Places(tmp_path / "uploads", tmp_path / "root", tmp_path / "demo")


FORGED = [
    "",
    "upload:",
    "upload:../../etc/passwd",
    "upload:0123456789abcdef0123456789abcdef/../../secret.txt",
    "upload:0123456789abcdef0123456789abcdef/..",
    "upload:0123456789ABCDEF0123456789ABCDEF/x",
    "upload:" + "0" * 31,
    "upload:/etc/passwd",
    "root:../secret.txt",
    "root:..",
    "root:.",
    "root:/etc/passwd",
    "root:a/../../secret.txt",
    "root:a//b",
    "root:a\\..\\b",
    "root:C:/windows",
    "root:.hidden",
    "root:x\x00y",
    "root:x\n",
    "demo:../secret.txt",
    "path:/etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "https://example.org/x.zip",
    "root:" + "a/" * 600,
]


@pytest.mark.parametrize("source", FORGED)
def test_no_source_string_leads_outside(places: Places, source: str) -> None:
    with pytest.raises(InputError):
        places.locate(source)


def test_a_link_out_of_the_import_root_is_refused(places: Places, tmp_path: Path) -> None:
    assert places.root is not None
    (places.root / "way").symlink_to(tmp_path / "secret.txt")
    (places.root / "folder").symlink_to(tmp_path)
    for source in ("root:way", "root:folder", "root:folder/secret.txt"):
        with pytest.raises(InputError, match="is a link"):
            places.locate(source)


def test_what_is_below_a_place_is_found(places: Places) -> None:
    assert places.root is not None
    (places.root / "corpora" / "a b (1).zip").parent.mkdir()
    (places.root / "corpora" / "a b (1).zip").write_text("x")
    assert places.locate("root:corpora/a b (1).zip").read_text() == "x"


def test_without_an_import_root_there_is_nothing_in_it(places: Places) -> None:
    without = Places(places.uploads, None, places.demo)
    assert without.candidates() == []
    with pytest.raises(InputError, match="RANKLAB_IMPORT_ROOT"):
        without.locate("root:x")


def test_the_import_root_is_listed_without_links_and_hidden_files(places: Places) -> None:
    assert places.root is not None
    (places.root / "b").mkdir()
    (places.root / "b" / "x.jsonl").write_text("12345")
    (places.root / "a.zip").write_text("123")
    (places.root / ".hidden").write_text("x")
    (places.root / "link").symlink_to(places.root / "a.zip")
    assert places.candidates() == [
        {"name": "a.zip", "source": "root:a.zip", "folder": False, "bytes": 3},
        {"name": "b", "source": "root:b", "folder": True, "bytes": 5},
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("corpus.jsonl", "corpus.jsonl"),
        ("scifact/qrels/test.tsv", "scifact/qrels/test.tsv"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\x.jsonl", "C__Users_x.jsonl"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("x" * 500 + ".jsonl", "x" * 154 + ".jsonl"),
    ],
)
def test_an_uploaded_file_keeps_only_the_harmless_part_of_its_name(
    places: Places, name: str, kept: str
) -> None:
    path, source = places.new_upload(name)
    path.write_text("x")
    upload_id = source.removeprefix("upload:").split("/")[0]
    assert path == places.uploads / upload_id / kept
    assert places.locate(source) == path


def test_files_of_one_upload_share_a_folder_that_can_be_forgotten(places: Places) -> None:
    first, source = places.new_upload("a")
    upload_id = source.removeprefix("upload:").split("/")[0]
    second, _ = places.new_upload("b", upload_id)
    assert first.parent == second.parent
    places.forget("root:x")
    places.forget("upload:../..")
    assert first.parent.is_dir()
    places.forget(source)
    assert not first.parent.exists()


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "corpus.jsonl").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match=r"data/corpus.jsonl is a link"):
        files_at(tmp_path / "data")


def test_uploads_that_nobody_took_are_found_by_their_age(places: Places) -> None:
    sources = []
    for age_h, content in ((30, b"12345"), (1, b"123")):
        path, source = places.new_upload("corpus.jsonl")
        path.write_bytes(content)
        moment = time.time() - age_h * 3600
        os.utime(path.parent, (moment, moment))
        sources.append(source.partition("/")[0])
    (places.uploads / "something else").mkdir()
    assert places.unused_uploads(24 * 3600) == [{"source": sources[0], "bytes": 5}]
    assert len(places.unused_uploads(0)) == 2
    places.forget(sources[0])
    assert places.unused_uploads(24 * 3600) == []
