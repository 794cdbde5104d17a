"""Collections on the Hugging Face hub, in the layout that BEIR and MTEB use there."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from evaluation.collections.mapping import Mapping, guess_mapping
from evaluation.collections.reading import Contents
from evaluation.collections.records import Place, RowPlace
from evaluation.collections.sources import Reading
from evaluation.collections.tables import as_document, as_judgement, as_query
from evaluation.errors import InputError

QRELS_CONFIGURATIONS = ("qrels", "default")
SAMPLE_ROWS = 5
REPORT_EVERY = 1_000
Record = TypeVar("Record")
Convert = Callable[[dict[str, Any], Mapping, Place], Record]


def hugging_face_contents(name: str, reading: Reading) -> Contents:
    """Say how to read a data set of the hub by its id, such as `BeIR/scifact`.

    Raises:
        InputError: the library is missing, the hub cannot be reached, or the layout is another.
    """
    if Path(name).exists():  # the library would read the folder instead of the hub
        raise InputError(f"{name} is also a folder of this server. Import it from the import root.")
    return read_data_set(name, f"{name}-qrels", reading)


def read_data_set(location: str, qrels_location: str, reading: Reading) -> Contents:
    """Say how to read a data set with the configurations `corpus` and `queries`.

    Judgements are its configuration `qrels` or `default`, else the data set `qrels_location`; each
    of their splits becomes one. Code that comes with a data set is never run.

    Args:
        location: an id on the hub, or for our own use a local folder.
        qrels_location: where judgements are if not in the data set itself.
        reading: the import.
    """
    hub = _Hub(location, reading)
    names = hub.configurations(location)
    for needed in ("corpus", "queries"):
        if needed not in names:
            raise InputError(
                f"{location} has no configuration `{needed}`, as the BEIR and MTEB data sets have "
                f"(it has: {', '.join(names[:10])}). Download it and import its tables."
            )
    own = [name for name in QRELS_CONFIGURATIONS if name in names]
    place = (location, own[0]) if own else (qrels_location, None)
    splits = hub.splits(*place)
    return Contents(
        lambda: hub.read("corpus", (location, "corpus", None), as_document),
        lambda judged: hub.read("queries", (location, "queries", None), as_query),
        {s: partial(hub.read, "qrels", (*place, s), as_judgement) for s in splits},
    )


class _Hub:
    """The `datasets` library with its faults said in sentences."""

    def __init__(self, name: str, reading: Reading) -> None:
        self.name, self.reading = name, reading
        try:
            import datasets
        except ImportError:
            raise InputError(
                "The library for Hugging Face data sets is not installed. Install it with "
                '`pip install "datasets>=4"`.'
            ) from None
        if int(datasets.__version__.split(".")[0]) < 4:  # older ones run code from the hub
            raise InputError(
                f"The installed version of `datasets` ({datasets.__version__}) may run code from "
                'the hub. Install a newer one with `pip install "datasets>=4"`.'
            )
        self.datasets = datasets

    def configurations(self, location: str) -> list[str]:
        return list(self._ask(lambda: self.datasets.get_dataset_config_names(location)))

    def splits(self, location: str, configuration: str | None) -> list[str]:
        ask = partial(self.datasets.get_dataset_split_names, location, configuration)
        return list(self._ask(ask))

    def read(
        self, role: str, place: tuple[str, str | None, str | None], convert: "Convert[Record]"
    ) -> Iterator[Record]:
        """Go through the rows of one part, split by split where none is named."""
        location, configuration, split = place
        for name in [split] if split else self.splits(location, configuration):
            load = partial(self.datasets.load_dataset, location, configuration, split=name)
            rows = iter(self._ask(partial(load, streaming=True)))
            yield from self._converted(role, rows, convert)

    def _converted(
        self, role: str, rows: Iterator[dict[str, Any]], convert: "Convert[Record]"
    ) -> Iterator[Record]:
        first = self._ask(lambda: list(itertools.islice(rows, SAMPLE_ROWS)))
        columns = list(first[0]) if first else []
        mapping = guess_mapping(columns, [list(row.values()) for row in first], role)
        if mapping.missing() or not mapping.header:
            raise InputError(
                f"{self.name}, {role}: it is not clear which column is which "
                f"(there are: {', '.join(columns[:10])}). Download it and import its tables."
            )
        unit = {"corpus": "documents", "qrels": "judgements"}.get(role, role)
        place = RowPlace(f"{self.name}, {role}")
        waiting: Iterator[dict[str, Any]] = itertools.chain(first, rows)
        while (row := self._ask(lambda: next(waiting, None))) is not None:
            if place.number % REPORT_EVERY == 0:
                self.reading.progress.report(place.number, None, unit)
            place.number += 1
            yield convert(row, mapping, place)

    def _ask(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise InputError(
                f"{self.name} could not be loaded from the Hugging Face hub ({reason}). Check the "
                "id and the network."
            ) from error
