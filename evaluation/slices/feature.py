"""A property that every query has, as numbers or as names, and the slices it is cut into."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

BINS = 4
MOST_NAMES = 8
UNKNOWN = "not known"
NO_NUMBERS: Values = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Feature:
    """One property of queries, either as `numbers` or as `names`, aligned with the queries.

    Attributes:
        key: short and stable, for addresses.
        title: what people call it, such as "Query length".
        meaning: what it tells, in a plain sentence or two.
        numbers: one per query; NaN where there is none.
        names: one per query; "" where there is none.
        form: how a number is written, with `{}` for it: "{} words" or "{} %".
        singular: the same for the number 1; "" where it is no different.
    """

    key: str
    title: str
    meaning: str
    numbers: Values = field(default_factory=lambda: NO_NUMBERS)
    names: tuple[str, ...] = ()
    form: str = "{}"
    singular: str = ""

    def __len__(self) -> int:
        """Count the queries."""
        return len(self.names) or len(self.numbers)


@dataclass(frozen=True, eq=False)
class Slice:
    """Some of the queries: those that share a name, or whose numbers lie close together.

    Attributes:
        feature: which property says who is in it.
        label: which value, with the edges that really occur: "3 to 5 words".
        place: of the slice among those of its feature, from 0.
        rows: which queries are in it, ascending.
    """

    feature: Feature
    label: str
    place: int
    rows: Rows

    @property
    def key(self) -> str:
        """A short name for addresses, the same for the same data."""
        return f"{self.feature.key}.{self.place}"


def slices_of(feature: Feature) -> list[Slice]:
    """Cut the queries by a feature: every query is in exactly one slice.

    Numbers are cut at their quartiles; equal numbers are never parted, so there may be fewer than
    four slices, of different sizes. Of names, the eight most frequent have a slice each, the
    others one together. Queries without a value come last, as "not known".
    """
    groups = _named(feature) if feature.names else _binned(feature)
    return [Slice(feature, label, place, rows) for place, (label, rows) in enumerate(groups)]


def _binned(feature: Feature) -> list[tuple[str, Rows]]:
    values = feature.numbers
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return [(UNKNOWN, np.arange(len(values)))]
    quartiles = np.linspace(0, 1, BINS + 1)[1:-1]
    # a number that occurs, so that slices hold what their labels say
    edges = np.unique(np.quantile(values[known], quartiles, method="inverted_cdf"))
    bins = np.searchsorted(edges, values[known], side="left")
    parts = [known[bins == number] for number in np.unique(bins)]
    ends = [(float(values[part].min()), float(values[part].max())) for part in parts]
    groups = list(zip(_labels(feature, ends), parts, strict=True))
    missing = np.flatnonzero(np.isnan(values))
    return [*groups, (UNKNOWN, missing)] if len(missing) else groups


def _labels(feature: Feature, ends: Sequence[tuple[float, float]]) -> list[str]:
    """Write the ends of the slices with as few digits as keep different numbers apart."""
    numbers = sorted({number for pair in ends for number in pair})
    write = next(
        (write for write in _WRITERS if len({write(n) for n in numbers}) == len(numbers)),
        _WRITERS[-1],
    )
    return [_label(feature, low, high, write) for low, high in ends]


def _writer(form: str) -> Callable[[float], str]:
    return lambda number: format(number, form)


_WRITERS = [_writer(form) for form in (",.0f", ",.1f", ",.2f", ",.3f", ".6g")]


def _label(feature: Feature, low: float, high: float, write: Callable[[float], str]) -> str:
    if low == high:
        form = feature.singular if low == 1 and feature.singular else feature.form
        return form.format(write(low))
    return feature.form.format(f"{write(low)} to {write(high)}")


def _named(feature: Feature) -> list[tuple[str, Rows]]:
    names = np.array(feature.names, object)
    counts = Counter(name for name in feature.names if name)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    shown = ranked if len(ranked) <= MOST_NAMES + 1 else ranked[:MOST_NAMES]
    groups = [(name, np.flatnonzero(names == name)) for name in shown]
    others = ranked[len(shown) :]
    if others:
        rows = np.flatnonzero([name in set(others) for name in feature.names])
        groups.append((f"{len(others)} other values", rows))
    missing = np.flatnonzero(names == "")
    return [*groups, (UNKNOWN, missing)] if len(missing) else groups
