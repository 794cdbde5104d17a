"""Drawing very many queries: an even part of them, so that a browser can still show it."""

import numpy as np
import numpy.typing as npt

MOST = 10_000  # queries that one chart, table or list sends to a browser


def even_part(count: int) -> npt.NDArray[np.int64]:
    """Give numbers below `count`, rising: all of them, or MOST from the first to the last."""
    if count <= MOST:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST).astype(np.int64)


def part_of(count: int) -> str:
    """Say how many of so many queries are drawn; empty where all are."""
    return f"{MOST:,} of {count:,} queries are drawn, evenly chosen." if count > MOST else ""
