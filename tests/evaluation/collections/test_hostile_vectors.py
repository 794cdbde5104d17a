"""Broken and hostile files of vectors: each is answered with one sentence, nothing is stored."""

import tracemalloc
from contextlib import nullcontext, suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.collections.npy import read_head
from evaluation.collections.sources import Reading, SourceFile
from evaluation.collections.vector_files import open_vectors
from evaluation.errors import InputError
from evaluation.workspace import Workspace
from tests.evaluation.collections.bad_vectors import HOSTILE, QUERIES, WHOLE
from tests.evaluation.collections.vector_uploads import attach, drawn, npy
from tests.sample import small_collection


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    workspace.add_collection("Small", small_collection().save)
    return workspace


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_answered_with_one_sentence_and_nothing_is_stored(
    what: str, small: Workspace
) -> None:
    files, sentence = HOSTILE[what]
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as error:
            attach(small, {"q.npy": npy(drawn(QUERIES, 2)), **files})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400
    assert most < 100_000_000
    assert small.attachments("small") == []
    folder = small.collection_record("small").folder / "attachments"
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["", "   "])
def test_a_set_without_a_name_is_refused(name: str, small: Workspace) -> None:
    with pytest.raises(InputError, match="The vectors have no name"):
        attach(small, {"d.npy": npy(WHOLE), "q.npy": npy(drawn(QUERIES))}, name)


def test_a_name_becomes_no_path(small: Workspace) -> None:
    attach(small, {"d.npy": npy(WHOLE), "q.npy": npy(drawn(QUERIES))}, "../../<b>x</b>")
    assert [item.id for item in small.attachments("small")] == ["vectors-b-x-b"]
    assert small.attachments("small")[0].name == "../../<b>x</b>"


def in_memory(name: str, content: bytes) -> SourceFile:
    return SourceFile(name, len(content), lambda: nullcontext(BytesIO(content)))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_random_changes_of_a_file_give_a_sentence_or_vectors(data: st.DataObject) -> None:
    content = bytearray(npy(WHOLE))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(content) - 1, 140)))
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    with (
        suppress(InputError),
        open_vectors(Reading(), in_memory("d.npy", bytes(content))) as found,
    ):
        assert sum(len(block.vectors) for block in found.blocks) == found.rows


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_random_bytes_as_a_head_are_answered_with_a_sentence(head: bytes) -> None:
    content = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head
    with suppress(InputError):
        found = read_head(BytesIO(content), "d.npy")
        assert found.rows >= 0
