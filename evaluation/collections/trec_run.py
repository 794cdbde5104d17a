"""TREC run files: `query Q0 document rank score tag` per line, read in blocks by Arrow's parser.

The rank column is ignored, as trec_eval does: the order follows from the scores.
"""

import gzip
import os
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa

from evaluation.collections.id_codes import Numbered, encode, form_of
from evaluation.collections.limits import MAX_LINE_BYTES
from evaluation.collections.trec_run_block import MARK, Block, BlockError, read_block
from evaluation.errors import InputError
from evaluation.progress import SILENT, Progress
from evaluation.run import Run

BLOCK_BYTES = 1 << 21
GZIP_MAGIC = b"\x1f\x8b"
THREADS = min(4, os.cpu_count() or 1)


def read_run(path: Path, name: str = "", progress: Progress = SILENT) -> Run:
    """Read a TREC run file, plain or under gzip.

    Columns are apart by tabs or any number of blanks; blank lines, CRLF and a byte order mark are
    allowed. Scores are kept in single precision, as trec_eval reads them; of a document that
    stands twice for a query the best hit stays (`Run.duplicates` counts them).

    Args:
        path: the file.
        name: what errors call it; the name of the file if empty.
        progress: told the bytes read of the file; may cancel.

    Raises:
        InputError: a line is not one of a run file (with its number), the file is empty, or its
            packing is damaged.
        CancelledError: from the progress listener.
    """
    label = name or path.name
    blocks: list[Block] = []
    form: Numbered | None = None
    with _opened(path, label) as (stream, place), ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[tuple[int, Future[Block | None]]] = deque()
        for offset, text in _texts(stream, label):
            if offset == 0:
                form = _form(text)
            waiting.append((offset, pool.submit(read_block, text, form)))
            progress.report(place.tell(), path.stat().st_size, "bytes")
            if len(waiting) > 2 * THREADS:
                _take(waiting, blocks, (path, label))
        while waiting:
            _take(waiting, blocks, (path, label))
    if not blocks:
        raise InputError(
            f"{label} holds no hits. A run file has lines such as `q1 Q0 d1 1 12.5 tag`."
        )
    return _joined(blocks, form)


def _take(
    waiting: deque[tuple[int, Future[Block | None]]], blocks: list[Block], file: tuple[Path, str]
) -> None:
    """Take the result of the oldest block; says which line of the file is wrong, if one is."""
    offset, future = waiting.popleft()
    try:
        block = future.result()
    except BlockError as fault:
        path, label = file
        with _opened(path, label) as (stream, _):
            before = sum(text.count(b"\n") for at, text in _texts(stream, label) if at < offset)
        place = f"{label}, line {before + fault.line}"
        raise InputError(f"{place}: {fault.what} {fault.advice}") from None
    if block is not None:
        blocks.append(block)


def _joined(blocks: list[Block], form: Numbered | None) -> Run:
    """Put blocks together to a run."""
    stretches = pa.concat_arrays([block.queries for block in blocks]).dictionary_encode()
    lengths = np.concatenate([np.diff(block.ends, prepend=0) for block in blocks])
    queries = np.repeat(stretches.indices.to_numpy(), lengths)
    scores = np.concatenate([block.scores for block in blocks])
    documents, doc_ids = encode([block.documents for block in blocks], form)
    return Run.ordered(stretches.dictionary.to_pylist(), doc_ids, (queries, documents, scores))


def _form(text: bytearray) -> Numbered | None:
    """Guess the form of the document ids from the first block; None also if it cannot be read."""
    try:
        block = read_block(text, None)
    except BlockError:
        return None
    return form_of(block.documents) if block is not None else None


def _texts(stream: BinaryIO, label: str) -> Iterator[tuple[int, bytearray]]:
    """Cut a stream into blocks of whole lines, each with the number of bytes before it.

    Raises:
        InputError: a line is too long, or the text is UTF-16.
    """
    offset, rest = 0, b""
    while True:
        text = bytearray(len(rest) + BLOCK_BYTES)
        text[: len(rest)] = rest
        count = stream.readinto(memoryview(text)[len(rest) :])  # type: ignore[attr-defined]
        del text[len(rest) + count :]
        if offset == 0 and not rest:
            _drop_mark(text, label)
        end = text.rfind(b"\n") + 1 if count else len(text)
        rest = bytes(text[end:])
        if len(rest) > MAX_LINE_BYTES:
            raise InputError(
                f"{label}: a line is longer than {MAX_LINE_BYTES // 10**6} MB. Put each hit on a "
                "line of its own."
            )
        del text[end:]
        if text:
            yield offset, text
        if not count:
            return
        offset += end


def _drop_mark(text: bytearray, label: str) -> None:
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{label} is in UTF-16. Save it as UTF-8.")
    if text.startswith(MARK):
        del text[: len(MARK)]


@contextmanager
def _opened(path: Path, label: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Give the unpacked bytes of a file, and the file as it is stored.

    Raises:
        InputError: while reading, if the packing is damaged.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        packed = file.read(2) == GZIP_MAGIC
        file.seek(0)
        stream = stack.enter_context(gzip.open(file)) if packed else file
        try:
            yield cast(BinaryIO, stream), file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(
                f"{label} is damaged or cut off ({error}). Pack or copy it again."
            ) from None
