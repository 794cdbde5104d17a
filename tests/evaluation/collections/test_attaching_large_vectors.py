import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.collections.collection import Collection, Queries, corpus_of
from evaluation.workspace import Workspace
from tests.evaluation.collections.vector_uploads import attached, drawn

MEASURED = """
import pyarrow.parquet
import sys
from pathlib import Path
from evaluation.collections.attaching_vectors import VectorFiles, attach_vectors
from evaluation.collections.sources import file_on_disk
from evaluation.progress import SILENT
from evaluation.workspace import Workspace
from tests.memory import peak_bytes

workspace, folder = Workspace(Path(sys.argv[1])), Path(sys.argv[2])
small = [file_on_disk(path, path.name) for path in (folder / "s.npy", folder / "q.npy")]
small = VectorFiles(*small, file_on_disk(folder / "s.txt", "s.txt"))
attach_vectors(workspace, "small", "Warm", small, SILENT)
before = peak_bytes()
files = [file_on_disk(folder / name, name) for name in (sys.argv[3], "q.npy")]
attach_vectors(workspace, "small", "Large", VectorFiles(*files), SILENT)
print(peak_bytes() - before)
"""


@pytest.mark.parametrize("form", ["npy", "parquet"])
@pytest.mark.parametrize(
    ("rows", "dimension", "most"),
    [
        (40_000, 1024, 90_000_000),  # 164 MB
        pytest.param(1_000_000, 384, 200_000_000, marks=pytest.mark.slow),  # 1.5 GB
    ],
)
def test_a_large_set_is_attached_through_little_memory(
    rows: int, dimension: int, most: int, form: str, workspace: Workspace, tmp_path: Path
) -> None:
    """Parquet in one single row group, as pyarrow writes it."""
    texts = [(f"d{n}", "", "x") for n in range(rows)]
    queries = Queries.of({"q1": "a", "q2": "b"})
    workspace.add_collection("Small", Collection("Small", corpus_of(texts), queries, {}).save)
    large = np.random.default_rng(5).standard_normal((rows, dimension), np.float32)
    np.save(tmp_path / "q.npy", drawn(2, 6, dimension))
    np.save(tmp_path / "s.npy", drawn(2, 6, dimension))
    (tmp_path / "s.txt").write_text("d0\nd1\n")
    name = f"large.{form}"
    if form == "npy":
        np.save(tmp_path / name, large)
    else:
        values = pa.FixedSizeListArray.from_arrays(pa.array(large.ravel()), dimension)
        order = pa.array([f"d{n}" for n in range(rows)])
        table = pa.table({"id": order, "vector": values})
        pq.write_table(table, tmp_path / name, row_group_size=rows)
    command = [sys.executable, "-c", MEASURED, str(workspace.folder), str(tmp_path), name]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    grown = int(answer.stdout)
    assert grown < most, f"{grown:,} bytes more for {large.nbytes:,} bytes of vectors"
    assert np.array_equal(attached(workspace, "vectors-large").documents, large)
