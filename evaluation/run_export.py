"""Writing runs and judgements as TREC files: trec_eval and our own reader then rank as we did."""

import io
import zipfile
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.errors import InputError
from evaluation.run import Run

ROWS = 200_000  # lines put together at a time


def trec_lines(run: Run, tag: str) -> Iterator[bytes]:
    """Give a run as TREC lines `query Q0 document rank score tag`, many lines at a time.

    Scores are written with all digits of single precision, so that reading them gives the same
    order, ties included.

    Raises:
        InputError: an id holds blanks, which the form cannot carry.
    """
    query_ids = pa.array(run.query_ids, pa.string())
    _check_blanks(query_ids, run.doc_ids)
    name = pa.scalar("".join(tag.split()) or "run")
    for start in range(0, len(run), ROWS):
        part = slice(start, start + ROWS)
        rows = np.arange(start, min(start + ROWS, len(run)))
        codes = np.searchsorted(run.offsets, rows, "right") - 1
        ranks = rows - run.offsets[codes] + 1
        lines = pc.binary_join_element_wise(
            query_ids.take(pa.array(codes)),
            pa.scalar("Q0"),
            run.doc_ids.take(pa.array(run.documents[part])).cast(pa.string()),
            pa.array(ranks).cast(pa.string()),
            pa.array(np.asarray(run.scores[part])).cast(pa.string()),
            name,
            pa.scalar(" "),
        )
        yield ("\n".join(lines.to_pylist()) + "\n").encode()


def qrels_lines(judgements: pa.Table) -> Iterator[bytes]:
    """Give judgements as TREC lines `query 0 document relevance`, many lines at a time.

    Args:
        judgements: a table `query_id, doc_id, relevance`.

    Raises:
        InputError: an id holds blanks, which the form cannot carry.
    """
    _check_blanks(*(judgements[name] for name in ("query_id", "doc_id")))
    for start in range(0, judgements.num_rows, ROWS):
        part = judgements.slice(start, ROWS)
        lines = pc.binary_join_element_wise(
            part["query_id"],
            pa.scalar("0"),
            part["doc_id"],
            part["relevance"].cast(pa.string()),
            pa.scalar(" "),
        )
        yield ("\n".join(lines.to_pylist()) + "\n").encode()


def trec_archive(runs: Sequence[tuple[str, Run]]) -> bytes:
    """Put runs into a .zip, one TREC file each, called by the given names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, run in runs:
            with archive.open(f"{name}.trec", "w") as file:
                for lines in trec_lines(run, name):
                    file.write(lines)
    return target.getvalue()


def _check_blanks(*ids: pa.Array) -> None:
    for column in ids:
        blank = column.filter(pc.match_substring_regex(column, r"\s|^$"))
        if len(blank):
            raise InputError(
                f"The id {blank[0].as_py()!r} is empty or holds a blank, which TREC files cannot "
                "carry. Download the table of single queries instead."
            )
