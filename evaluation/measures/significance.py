"""How sure a mean or a difference is: seeded, paired over queries, as matrix products in chunks."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

RESAMPLES = 10_000
LEVEL = 0.95
SMALLEST = float(np.finfo(np.float64).tiny)  # p-values beyond what a number can hold are this
_CHUNK_BYTES = 24_000_000  # of one chunk of counts or signs: it should fit the processor's cache
_KEPT = 20_000_000  # weights that are kept in memory, in one or two bytes each
Weights = npt.NDArray[Any]
Draw = Callable[[np.random.Generator, int, int], Weights]


def bootstrap_intervals(
    columns: Values, seed: int = 42, resamples: int = RESAMPLES, level: float = LEVEL
) -> tuple[Values, Values]:
    """Give the lower and upper ends of percentile bootstrap intervals of the column means.

    The same queries are drawn for every column, so intervals of differences are paired (Efron and
    Tibshirani, 1993; Sakai, SIGIR 2006, for retrieval).

    Args:
        columns: (queries, columns) per-query values or differences, at least one query; a column
            with a missing value (NaN) has NaN ends.
        seed: the same seed gives the same ends.
        resamples: how often the queries are drawn anew.
        level: share of the resampled means inside the interval.
    """
    low, high = percentiles(resampled_means(columns, seed, resamples).T, level)
    return low, high


def resampled_means(columns: Values, seed: int = 42, resamples: int = RESAMPLES) -> Values:
    """Give the column means of each resample: (resamples, columns), NaN where a value is missing.

    The same queries are drawn for every column, so differences of the columns of the result are
    the resampled means of the paired differences.
    """
    centre = columns.mean(axis=0)
    means: Values = centre + _products(columns - centre, seed, resamples, _counts) / len(columns)
    return means


def percentiles(means: Values, level: float = LEVEL) -> Values:
    """Give the lower (first row) and upper ends between which `level` of each row's values lie."""
    tail = (1 - level) / 2
    ends: Values = np.quantile(means, [tail, 1 - tail], axis=-1)
    return ends


def flipped_sums(columns: Values, seed: int = 42, resamples: int = RESAMPLES) -> Values:
    """Give the column sums after a random change of signs per query: (resamples, columns).

    The same signs are drawn for every column, so differences of the columns of the result are
    the sums of the paired differences under the paired randomisation test.
    """
    return _products(columns, seed, resamples, _signs)


def randomisation_p_values(
    differences: Values, seed: int = 42, resamples: int = RESAMPLES
) -> Values:
    """Give two-sided p-values of the paired randomisation test of mean difference 0.

    The sign of each query's difference is drawn at random; p counts how often the mean is at
    least as far from 0 as the observed one, the observed one included, so it is never 0 (Fisher,
    1935; Smucker, Allan and Carterette, CIKM 2007; Phipson and Smyth, 2010, for the plus one).

    Args:
        differences: (queries, columns), at least one query; a column with NaN has the p-value NaN.
        seed: the same seed gives the same p-values.
        resamples: how many sign patterns are drawn; the least possible p is 1 / (resamples + 1).
    """
    return share_as_extreme(differences, flipped_sums(differences, seed, resamples).T)


def share_as_extreme(differences: Values, sums: Values) -> Values:
    """Give per column of differences the p-value from its sums under random signs, one per row."""
    observed = np.abs(differences.sum(axis=0))
    # equal sums may differ in their last digits by the order of adding
    limit = observed - 1e-9 * np.maximum(1.0, np.abs(differences).sum(axis=0))
    p = (1.0 + (np.abs(sums) >= limit[:, None]).sum(axis=1)) / (sums.shape[1] + 1.0)
    return np.where(np.isnan(observed), np.nan, p)


def t_test_p_values(differences: Values) -> Values:
    """Give two-sided p-values of the paired t-test of mean difference 0 (Student, 1908).

    Args:
        differences: (queries, columns). A column has the p-value NaN with fewer than two queries,
            with a NaN, and where all its differences are the same number other than 0; 1 where
            all are 0. It is never 0: one too small for a number is the smallest number.
    """
    from scipy.special import stdtr

    queries, width = differences.shape
    if queries < 2:
        return np.full(width, np.nan)
    mean, spread = differences.mean(axis=0), differences.std(axis=0, ddof=1)
    varied = spread > 1e-12 * np.abs(differences).max(axis=0)
    t = np.divide(mean * np.sqrt(queries), spread, out=np.zeros(width), where=varied)
    p = np.maximum(SMALLEST, 2 * stdtr(queries - 1, -np.abs(t)))
    return np.where(varied | (mean == 0), p, np.nan)


def holm(p_values: npt.ArrayLike) -> Values:
    """Correct p-values for their number (Holm, Scandinavian Journal of Statistics, 1979).

    NaN stays NaN and is not counted.
    """
    p = np.asarray(p_values, np.float64)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    corrected = np.full(p.shape, np.nan)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return corrected


def benjamini_hochberg(p_values: npt.ArrayLike) -> Values:
    """Correct p-values so that the share of false findings is kept (false discovery rate).

    Calling everything at or below 0.05 significant, at most 5 % of the findings are expected to
    be false (Benjamini and Hochberg, Journal of the Royal Statistical Society B, 1995; valid for
    independent or positively dependent tests). NaN stays NaN and is not counted.
    """
    p = np.asarray(p_values, np.float64)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(-p[known], kind="stable")]
    steps = p[order] * len(order) / np.arange(len(order), 0, -1)
    corrected = np.full(p.shape, np.nan)
    corrected[order] = np.minimum(1.0, np.minimum.accumulate(steps))
    return corrected


def _products(columns: Values, seed: int, resamples: int, draw: Draw) -> Values:
    """Multiply `resamples` drawn rows of weights with the columns, a chunk of rows at a time."""
    queries = len(columns)
    few = resamples * queries <= _KEPT
    drawn = (_kept if few else _drawn)(draw, seed, resamples, queries)
    return np.concatenate([rows.astype(np.float64) @ columns for rows in drawn])


def _drawn(draw: Draw, seed: int, resamples: int, queries: int) -> Iterator[Weights]:
    random = np.random.default_rng(seed)
    return (draw(random, rows, queries) for rows in _chunks(resamples, queries))


@lru_cache(maxsize=4)
def _kept(draw: Draw, seed: int, resamples: int, queries: int) -> list[Weights]:
    """Draw once for all measures and pairs of systems: drawing is what takes time."""
    return list(_drawn(draw, seed, resamples, queries))


def _chunks(resamples: int, queries: int) -> Iterator[int]:
    size = max(1, _CHUNK_BYTES // (8 * max(1, queries)))
    for start in range(0, resamples, size):
        yield min(size, resamples - start)


def _counts(random: np.random.Generator, rows: int, queries: int) -> Weights:
    """Draw, per row, `queries` queries with replacement; gives how often each was drawn."""
    drawn = random.integers(0, queries, (rows, queries), dtype=np.int32)
    drawn += (np.arange(rows, dtype=np.int32) * queries)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=rows * queries)
    return counts.reshape(rows, queries).astype(np.uint16 if queries < 65_536 else np.float64)


def _signs(random: np.random.Generator, rows: int, queries: int) -> Weights:
    """Draw a sign, 1 or -1, for every row and query."""
    packed = random.integers(0, 256, (rows, -(-queries // 8)), dtype=np.uint8)
    bits = np.unpackbits(packed, axis=1, count=queries)
    return bits.astype(np.int8) * 2 - 1
