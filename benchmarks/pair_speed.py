"""How fast all pairs of systems are compared, beside scipy's tests of one pair after the other.

    python -m benchmarks.pair_speed [systems] [queries]

Ours gives, for every pair, the paired bootstrap interval, the randomisation test, the t-test and
Wilcoxon's test, and ranks of every system, with 10,000 resamples. scipy does the first two and
Wilcoxon's test for some pairs; its time is scaled up to all of them.
"""

import sys
import time

import numpy as np
import numpy.typing as npt

from evaluation.measures.pairs import compare_all
from evaluation.measures.significance import RESAMPLES
from tests.memory import peak_bytes

SAMPLED = 1  # pairs that scipy compares


def main(systems: int, queries: int) -> None:
    """Make values, compare, print."""
    random = np.random.default_rng(1)
    hard = random.random((queries, 1))
    noise = random.normal(0, 0.3, (queries, systems)) + np.linspace(0, 0.1, systems)
    values = np.clip(hard + noise, 0, 1).round(3)
    compare_all([values[:10]])  # imports
    started, used = time.perf_counter(), time.process_time()
    compare_all([values])
    wall, processor = time.perf_counter() - started, time.process_time() - used
    memory = peak_bytes() / 1e9
    pairs = systems * (systems - 1) // 2
    theirs = scipy_seconds(values) * pairs
    print(f"{systems} systems x {queries:,} queries, {pairs} pairs, {RESAMPLES:,} resamples")
    print(f"ours: {wall:.1f} s ({processor:.1f} s of processor time), peak {memory:.2f} GB")
    ratio = f"{theirs / processor:.0f} times"
    print(f"scipy: {theirs:.0f} s of processor time ({ratio}), from {SAMPLED} of the pairs")


def scipy_seconds(values: npt.NDArray[np.float64]) -> float:
    """Give the seconds of processor time that scipy takes per pair."""
    from scipy import stats

    started = time.process_time()
    for second in range(1, SAMPLED + 1):
        gains = (values[:, 0] - values[:, second],)
        stats.bootstrap(gains, np.mean, n_resamples=RESAMPLES, method="percentile", batch=500)
        stats.permutation_test(
            gains, np.mean, permutation_type="samples", n_resamples=RESAMPLES, batch=500
        )
        stats.wilcoxon(gains[0])
    return (time.process_time() - started) / SAMPLED


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:3]]
    main(*[*given, *(20, 6980)[len(given) :]])
