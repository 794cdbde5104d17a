import pytest

from components.run_estimate import about, basis, rounded, total_line
from evaluation.estimate import Step, SystemEstimate


def estimate(state: str, seconds: float = 0.0, measured: bool = True) -> SystemEstimate:
    return SystemEstimate("A", (Step("run", "bm25 @ 1000", state, seconds, measured),))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.2, "a few seconds"),
        (9.9, "a few seconds"),
        (14, "10 seconds"),
        (26, "30 seconds"),
        (89, "90 seconds"),
        (170, "3 minutes"),
        (5400, "1.5 hours"),
    ],
)
def test_an_estimate_is_no_finer_than_it_deserves(seconds: float, shown: str) -> None:
    assert rounded(seconds) == shown
    assert about(seconds) == (shown if seconds < 10 else f"about {shown}")


def test_the_whole_is_the_sum_and_says_what_it_rests_on() -> None:
    known, unknown = estimate("computed", 100), estimate("computed", 80, measured=False)
    assert total_line([known, unknown]) == "Takes about 3 minutes"
    assert "earlier indexes and runs" in basis([known])
    assert "rough" in basis([known, unknown])
    assert total_line([estimate("reused")]) == "Everything is cached: results at once"
