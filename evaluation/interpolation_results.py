"""What a grid of arms gave: the mean of every setting, and the best of each arm put to the test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.comparison import Differences, differences
from evaluation.interpolation import ARMS, MIXED, Place
from evaluation.measures.significance import bootstrap_intervals, holm, randomisation_p_values
from evaluation.tuning import first_best

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Setting:
    """One system of the grid.

    Attributes:
        number: of the system in the experiment.
        place: which arm, with which weight and so on.
        mean: over all queries; NaN if one failed.
        low: lower end of the 95 % bootstrap interval of the mean.
        high: upper end.
    """

    number: int
    place: Place
    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Best:
    """The best setting of an arm against the best one without feedback.

    Attributes:
        setting: of the arm.
        gain: minus the best of `none`, per query; None for `none` itself, or without it.
        low: lower end of the 95 % paired bootstrap interval of the mean gain.
        high: upper end.
        p: of the paired randomisation test, corrected over the arms (Holm).
    """

    setting: Setting
    gain: Differences | None = None
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")


def settings_of(places: Mapping[int, Place], values: Values, seed: int) -> list[Setting]:
    """Give every setting with its mean and interval.

    Args:
        places: by the number of the system.
        values: (queries, systems) per-query values, a column per place in the same order; at least
            one query.
        seed: of the resampling.
    """
    low, high = bootstrap_intervals(values, seed)
    means = values.mean(axis=0)
    return [
        Setting(number, place, float(means[c]), float(low[c]), float(high[c]))
        for c, (number, place) in enumerate(places.items())
    ]


def best_of_arms(settings: Sequence[Setting], values: Values, seed: int) -> dict[str, Best]:
    """Put the best setting of each arm to a paired test against the best without feedback.

    Each best is chosen on the queries it is tested with, so all of them look better than they
    are; arms with more settings a little more so.
    """
    columns = {arm: _best_column(settings, arm) for arm in ARMS}
    chosen = {arm: column for arm, column in columns.items() if column is not None}
    found = {arm: Best(settings[column]) for arm, column in chosen.items()}
    if "none" not in chosen:
        return found
    others = [arm for arm in chosen if arm != "none"]
    gains = [differences(values[:, chosen["none"]], values[:, chosen[arm]]) for arm in others]
    if not gains:
        return found
    table = np.column_stack([gain.values for gain in gains])
    low, high = bootstrap_intervals(table, seed)
    p = holm(randomisation_p_values(table, seed))
    for c, arm in enumerate(others):
        tested = float(low[c]), float(high[c]), float(p[c])
        found[arm] = Best(found[arm].setting, gains[c], *tested)
    return found


def to_none(settings: Sequence[Setting]) -> list[float]:
    """Give what each mix with feedback gains over the same mix without it; NaN for the others."""
    plain = {_mix(each): each.mean for each in settings if each.place.arm == "none"}
    return [
        each.mean - plain.get(_mix(each), float("nan"))
        if each.place.arm in MIXED and each.place.arm != "none"
        else float("nan")
        for each in settings
    ]


def _best_column(settings: Sequence[Setting], arm: str) -> int | None:
    """Give the place of the arm's highest mean, the first of equal ones; None without any."""
    columns = [c for c, s in enumerate(settings) if s.place.arm == arm and s.mean == s.mean]
    if not columns:
        return None
    return columns[first_best(np.array([settings[c].mean for c in columns]))]


def _mix(setting: Setting) -> tuple[object, ...]:
    place = setting.place
    return place.leaves, place.weight, place.normaliser
