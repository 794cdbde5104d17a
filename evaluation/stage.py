"""Stages: the parts a retrieval system is made of, found by themselves, known by their fields."""

import importlib
import math
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Self

from evaluation.errors import InputError, UnknownNameError, shown

PACKAGES = ("retrievers", "fusion", "feedback", "rerankers", "cutoffs")
# in the order people meet them
KINDS = {"retriever": 0, "run": 1, "fusion": 2, "feedback": 3, "reranker": 4, "cutoff": 5}


def param(
    default: Any,
    meaning: str,
    *,
    choices: Sequence[Any] = (),
    bounds: tuple[float | None, float | None] = (None, None),
    search_only: bool = False,
    internal: bool = False,
) -> Any:
    """Declare one parameter of a stage: its default and one line of meaning.

    Args:
        default: also fixes the type: bool, int, float or str.
        meaning: one sentence for the form, the command line and the documentation.
        choices: the only values allowed; empty for any.
        bounds: least and greatest value, both included; None for open.
        search_only: the value does not change the index, so changing it keeps a cached index.
        internal: set by the application, not shown in the form.
    """
    metadata = {
        "meaning": meaning,
        "choices": tuple(choices),
        "bounds": bounds,
        "search_only": search_only,
        "internal": internal,
    }
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Stage:
    """One part of a system. Its fields are its parameters and its whole identity.

    A subclass is a frozen dataclass in a file of one of the stage packages. Its class attributes
    say how it is called; the constructor stores and checks, and never loads anything.
    """

    name: ClassVar[str] = ""  # as written in YAML, for instance "bm25"
    label: ClassVar[str] = ""  # as shown to people, for instance "BM25"
    kind: ClassVar[str] = ""  # one of KINDS
    version: ClassVar[int] = 1  # raise it when the same parameters would give other results
    source: ClassVar[str] = ""  # author, venue, year
    facets: ClassVar[tuple[str, ...]] = ()  # for instance ("lexical",) or ("single-vector",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)  # parameters that show what it does
    needs: ClassVar[str] = "nothing"  # nothing, a model or a language model

    def __post_init__(self) -> None:
        """Check every parameter against its declaration."""
        for parameter in fields(self):
            check_value(self, parameter, getattr(self, parameter.name))

    def revision(self) -> str:
        """Name what the result depends on beyond the fields, such as a model's content hash."""
        return ""

    def resolved(self) -> Self:
        """Replace values such as `auto` by what they mean on this machine (for the cache key)."""
        return self

    def index_structure(self) -> str:
        """Name the structure that is searched, such as "inverted" or "flat"; "" for none."""
        return ""

    def columns(self) -> tuple[str, ...]:
        """Name the uploader's columns of the queries that the stage reads beside their texts."""
        return ()

    def reads(self) -> tuple[str, ...]:
        """Name the tables attached to a collection that the stage needs, such as "concepts"."""
        return ()

    def seen(self, fingerprints: Mapping[str, str]) -> str:
        """Name what the stage sees of a corpus: hashes of the documents and of what it `reads`."""
        return " ".join(fingerprints.get(name, "") for name in ("corpus", *self.reads()))

    def misfits(self, inputs: int) -> list[str]:
        """List why the stage cannot work with so many inputs, each as a sentence."""
        del inputs
        return []

    def parameters(self) -> dict[str, Any]:
        """All parameters by name."""
        return {parameter.name: getattr(self, parameter.name) for parameter in fields(self)}

    def index_parameters(self) -> dict[str, Any]:
        """The parameters on which the index depends."""
        chosen = (p for p in fields(self) if not p.metadata.get("search_only"))
        return {p.name: getattr(self, p.name) for p in chosen}

    def run_parameters(self) -> dict[str, Any]:
        """The parameters on which the run depends: all, unless some have no effect as they are."""
        return self.parameters()

    def title(self) -> str:
        """Name the stage with the parameters that differ from their defaults."""
        changed = [
            f"{p.name}={getattr(self, p.name)}"
            for p in fields(self)
            if getattr(self, p.name) != p.default and not p.metadata.get("internal")
        ]
        return f"{self.label} ({', '.join(changed)})" if changed else self.label


def check_value(stage: Stage, parameter: Field[Any], value: Any) -> None:
    """Raise InputError if a value does not fit the declaration of its parameter.

    A whole number is taken for a float; everything else must have the type of the default.
    """
    where = f"{stage.label or stage.name}: {parameter.name}"
    kind = type(parameter.default)
    if kind is float and type(value) is int:
        value = float(value) if abs(value) < 1 << 1000 else math.inf
        object.__setattr__(stage, parameter.name, value)
    if type(value) is not kind:
        raise InputError(f"{where} is {shown(value)}. Give a value of type {kind.__name__}.")
    choices = parameter.metadata.get("choices", ())
    if choices and value not in choices:
        known = ", ".join(map(str, choices))
        raise InputError(f"{where} is {shown(value)}. Choose one of {known}.")
    low, high = parameter.metadata.get("bounds", (None, None))
    too_low = low is not None and not value >= low
    if too_low or (high is not None and not value <= high):
        raise InputError(f"{where} is {shown(value)}. Give a value {_span(low, high)}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{where} is {value}. Give a finite number.")


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"of at most {high:g}"
    return f"of at least {low:g}" if high is None else f"from {low:g} to {high:g}"


@cache
def stages() -> dict[str, type[Stage]]:
    """Find every stage: all named Stage classes in the stage packages, by name."""
    found: dict[str, type[Stage]] = {}
    for package_name in PACKAGES:
        package = importlib.import_module(f"evaluation.{package_name}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, Stage) and value.name:
                    found[value.name] = value
    return dict(sorted(found.items(), key=lambda pair: (KINDS[pair[1].kind], pair[0])))


def make_stage(name: str, parameters: Mapping[str, Any]) -> Stage:
    """Make a stage from its name and parameters; unknown names are answered with the nearest."""
    if name not in stages():
        raise UnknownNameError("stage", name, stages())
    cls = stages()[name]
    known = {p.name for p in fields(cls)}
    for given in parameters:
        if given not in known:
            raise UnknownNameError(f"parameter of {name}", given, known)
    return cls(**parameters)


def defaults(cls: type[Stage]) -> dict[str, Any]:
    """Give the default of every parameter of a stage class."""
    return {p.name: p.default for p in fields(cls) if p.default is not MISSING}
