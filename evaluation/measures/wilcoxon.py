"""The signed-rank test (Wilcoxon, Biometrics Bulletin 1945) for many pairs of systems at once."""

import numpy as np
import numpy.typing as npt

from evaluation.measures.significance import SMALLEST

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

EXACT = 50  # so many differences other than 0 are tested exactly, more by the normal approximation
STEP = 1e-9  # differences that are nearer than that are tied


def wilcoxon_p_values(differences: Values) -> Values:
    """Give two-sided p-values of the signed-rank test that differences lie evenly around 0.

    Differences of 0 are left out, tied ones share their mean rank. With up to 50 left the p-value
    is exact, given these ranks; with more it is the normal approximation with the correction for
    ties, and without one for continuity, as in scipy. It is never 0: one too small for a number is
    the smallest number.

    Args:
        differences: (queries, columns); a column with NaN has the p-value NaN, one without a
            difference other than 0 has 1.
    """
    steps = np.rint(np.nan_to_num(differences.T) / STEP).astype(np.int64)
    doubled, ties = _doubled_ranks(np.abs(steps))
    used = (steps != 0).sum(axis=1)
    plus = np.where(steps > 0, doubled, 0).sum(axis=1)
    p = _approximate(plus / 2, used, ties)
    for column in np.flatnonzero((used > 0) & (used <= EXACT)).tolist():
        p[column] = _exact(int(plus[column]), doubled[column][steps[column] != 0])
    return np.where(np.isnan(differences).any(axis=0), np.nan, p)


def _doubled_ranks(sizes: Integers) -> tuple[Integers, Values]:
    """Give twice the mean rank of each size within its row, 0 for a size of 0, and tie terms.

    The term of a row is the sum of t ** 3 - t over its groups of t equal sizes.
    """
    rows, width = sizes.shape
    order = np.argsort(sizes, axis=1, kind="stable")
    ordered = np.take_along_axis(sizes, order, axis=1)
    begins = np.ones((rows, width), bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, rows * width))
    zeros = (ordered == 0).sum(axis=1)
    row = starts // max(1, width)
    first = starts % max(1, width) - zeros[row] + 1  # rank of the first one of each group
    doubled = np.repeat(2 * first + lengths - 1, lengths).reshape(rows, width)
    doubled[ordered == 0] = 0
    ranks = np.empty_like(doubled)
    np.put_along_axis(ranks, order, doubled, axis=1)
    tied = lengths.astype(np.float64) ** 3 - lengths
    tied[ordered.ravel()[starts] == 0] = 0
    terms: Values = np.bincount(row, tied, rows).astype(np.float64)
    return ranks, terms


def _approximate(plus: Values, used: Integers, ties: Values) -> Values:
    from scipy.special import ndtr

    mean = used * (used + 1) / 4
    variance = (used * (used + 1.0) * (2 * used + 1) - ties / 2) / 24
    known = variance > 0
    z = np.divide(plus - mean, np.sqrt(variance), out=np.zeros(len(plus)), where=known)
    return np.where(known, np.maximum(SMALLEST, 2 * ndtr(-np.abs(z))), 1.0)


def _exact(plus: int, doubled: Integers) -> float:
    """Give the share of all sign patterns whose sum of ranks is at least as extreme."""
    ways = np.zeros(int(doubled.sum()) + 1)
    ways[0] = 1.0
    for rank in doubled.tolist():
        ways[rank:] += ways[:-rank].copy()
    ways /= 2.0 ** len(doubled)
    below, above = ways[: plus + 1].sum(), ways[plus:].sum()
    return float(min(1.0, 2 * min(below, above)))
