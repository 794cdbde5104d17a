"""Arrays that are written row by row, for what is larger than memory."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


class GrowingArray:
    """An `.npy` file to which rows are added; it can be opened once it was closed.

    numpy leaves room in the header for the number of rows to grow, so that only the header is
    written again at the end.
    """

    def __init__(self, path: Path, width: int, dtype: npt.DTypeLike) -> None:
        self.width, self.dtype, self.rows = width, np.dtype(dtype), 0
        self.file = path.open("wb")
        self._write_header()

    def __enter__(self) -> "GrowingArray":
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file, also of one that the disk has no room for."""
        with suppress(OSError):
            self.file.close()

    def add(self, rows: npt.NDArray[Any]) -> None:
        """Write some rows at the end: (rows, width)."""
        self.file.write(np.ascontiguousarray(rows, self.dtype).data)
        self.rows += len(rows)

    def close(self) -> None:
        """Complete the header."""
        self.file.seek(0)
        self._write_header()
        self.file.close()

    def _write_header(self) -> None:
        shape = (self.rows, self.width)
        about = {"descr": self.dtype.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self.file, about)
