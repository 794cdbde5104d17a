"""A system: a tree of stages, written as YAML, printed as one line, known by its content."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from evaluation.errors import InputError, shown
from evaluation.plain_yaml import load_yaml
from evaluation.retrievers.base import Retriever
from evaluation.stage import Stage, make_stage

DEPTH = 1000
RERANK_DEPTH = 100
LEVELS = 20  # of stages above one another; more is a slip, and would exhaust the call stack
TOO_DEEP = f"The stages are nested deeper than {LEVELS} levels. Leave some out."
INPUTS = {"retriever": (0, 0), "run": (0, 0), "fusion": (2, 16)}  # every other kind takes one


@dataclass(frozen=True)
class Node:
    """One stage with the nodes it reads from and how many documents it returns per query.

    For a reranker, `depth` is also how many candidates it reads.
    """

    stage: Stage
    inputs: tuple["Node", ...] = ()
    depth: int = DEPTH

    def __post_init__(self) -> None:
        """Check the depth and the number of inputs."""
        if type(self.depth) is not int or not 1 <= self.depth <= 1_000_000:
            raise InputError(
                f"{self.stage.label}: depth is {shown(self.depth)}. Give a whole number from 1 up."
            )
        low, high = INPUTS.get(self.stage.kind, (1, 1))
        if not low <= len(self.inputs) <= high:
            wanted = f"{low}" if low == high else f"{low} to {high}"
            raise InputError(
                f"{self.stage.label} has {len(self.inputs)} inputs. Give it {wanted or 'none'}."
            )
        if self.levels > LEVELS:
            raise InputError(TOO_DEEP)

    @property
    def levels(self) -> int:
        """How many stages stand above one another, at most."""
        return 1 + max((node.levels for node in self.inputs), default=0)

    def walk(self) -> Iterator["Node"]:
        """Go through the tree, inputs before the node that reads them."""
        for node in self.inputs:
            yield from node.walk()
        yield self

    def line(self) -> str:
        """Write the tree as one line, for instance `maxsim(rrf(bm25, dense)) @ 100`."""
        return f"{self._call()} @ {self.depth}"

    def _call(self) -> str:
        inputs = ", ".join(
            node._call() if node.depth >= self.depth else node.line() for node in self.inputs
        )
        return f"{self.stage.name}({inputs})" if inputs else self.stage.name

    def to_dict(self) -> dict[str, Any]:
        """Give the tree as plain values for JSON and YAML, every parameter spelled out."""
        shown: dict[str, Any] = {"stage": self.stage.name, **self.stage.parameters()}
        shown["depth"] = self.depth
        if self.inputs:
            shown["inputs"] = [node.to_dict() for node in self.inputs]
        return shown


@dataclass(frozen=True)
class System:
    """A named tree of stages."""

    name: str
    root: Node

    def line(self) -> str:
        """Write the system as one line."""
        return self.root.line()

    def facets(self) -> list[str]:
        """List what kind of system this is, from its stages: inputs' facets first, each once."""
        found = [facet for node in self.root.walk() for facet in node.stage.facets]
        return list(dict.fromkeys(found))

    def to_dict(self) -> dict[str, Any]:
        """Give the system as plain values, the name first."""
        return {"name": self.name, **self.root.to_dict()}

    def to_yaml(self) -> str:
        """Write the system as YAML; `system_from_yaml` reads it back as an equal system."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)


def node_from_dict(value: object, level: int = 1) -> Node:
    """Read one node. Raises InputError for anything that is not a well-formed tree of stages."""
    if level > LEVELS:
        raise InputError(TOO_DEEP)
    if not isinstance(value, Mapping) or not isinstance(value.get("stage"), str):
        raise InputError(
            f"A stage is written as {shown(str(value))}. Write `stage: bm25` and so on."
        )
    given = {str(key): item for key, item in value.items()}
    name, inputs = given.pop("stage"), given.pop("inputs", None) or []
    given.pop("name", None)
    if not isinstance(inputs, list):
        raise InputError(f"{name[:60]}: `inputs` is {shown(inputs)}. Give a list of stages.")
    depth = given.pop("depth", None)
    stage = make_stage(name, given)
    if depth is None:
        depth = RERANK_DEPTH if stage.kind == "reranker" else DEPTH
    return Node(stage, tuple(node_from_dict(item, level + 1) for item in inputs), depth)


def system_from_dict(value: object) -> System:
    """Read a system; without a name it is called by its line."""
    root = node_from_dict(value)
    name = value.get("name") if isinstance(value, Mapping) else None
    return System(str(name).strip()[:200] if name else root.line(), root)


def system_from_yaml(text: str) -> System:
    """Read a system from YAML text."""
    return system_from_dict(load_yaml(text))


def searched_by(node: Node) -> Node:
    """Give the retriever below a feedback node whose index it searches: the one that fits.

    Raises:
        InputError: none fits, or several that differ.
    """
    wanted: tuple[type[Stage], ...] = getattr(node.stage, "searches", ())
    inner = [below for child in node.inputs for below in child.walk()]
    fitting = {below.stage: below for below in inner if isinstance(below.stage, wanted)}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    names = " or ".join(cls.label for cls in wanted)
    found = f"there are {len(fitting)}" if fitting else "there is none"
    raise InputError(
        f"{node.stage.label} searches again with {names}, and {found} below it. Put exactly one "
        "such retriever among the stages it reads from."
    )


def index_key(stage: Stage, corpus_fingerprint: str) -> str:
    """Give the cache key of an index of what a stage has `seen`: its making, nothing else."""
    stage = stage.resolved()
    return digest(
        {
            "stage": stage.name,
            "version": stage.version,
            "revision": stage.revision(),
            "parameters": stage.index_parameters(),
            "corpus": corpus_fingerprint,
            **_base(stage, corpus_fingerprint),
        }
    )


def _base(stage: Stage, corpus_fingerprint: str) -> dict[str, str]:
    """Name the index that a stage's own starts from: a newer version of it makes both anew."""
    below = stage.built_from() if isinstance(stage, Retriever) else None
    return {"base": index_key(below, corpus_fingerprint)} if below else {}


def node_key(node: Node, fingerprints: Mapping[str, str]) -> str:
    """Give the cache key of a node's run.

    Args:
        node: the node; the keys of its inputs are part of its own.
        fingerprints: content hashes of `corpus`, its attachments, `queries` (ids and texts asked)
            and `queries/<column>` for each other column; those count that the stage reads.
    """
    stage = node.stage.resolved()
    columns = {name: fingerprints.get(f"queries/{name}", "") for name in stage.columns()}
    return digest(
        {
            **({"columns": columns} if columns else {}),
            "stage": stage.name,
            "version": stage.version,
            "revision": stage.revision(),
            "parameters": stage.run_parameters(),
            "depth": node.depth,
            "inputs": [node_key(child, fingerprints) for child in node.inputs],
            "corpus": stage.seen(fingerprints),
            **_base(stage, stage.seen(fingerprints)),
            "queries": fingerprints["queries"],
        }
    )


def digest(value: object) -> str:
    """Hash plain values: the same for equal content, whatever the order of keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
