"""Two experiments on the index of one encoder: its types, and its depth and width."""

from collections.abc import Sequence

from evaluation.errors import InputError
from evaluation.experiment import MEASURES, Experiment
from evaluation.models.layers import layer_count, vector_width
from evaluation.retrievers.dense import Dense
from evaluation.system import Node, System

DEPTH = 100
NEIGHBOURS, WALKED = (8, 32), (100, 400)
SHORTLISTS = (30, 100, 1000)
PER_BYTE = (32, 16, 8)  # dimensions that one byte of a code stands for
MOST_LAYERS = 12  # more are thinned out evenly
NARROWEST, MOST_WIDTHS = 32, 6


def index_types(model: str) -> list[System]:
    """Give exact search, which comes first, and all other index types at several settings."""
    found = [_system("flat", Dense(model=model))]
    for m in NEIGHBOURS:
        found += [
            _system(f"hnsw, m={m}, ef={ef}", Dense(model, index_type="hnsw", m=m, ef_search=ef))
            for ef in WALKED
        ]
    found += [
        _system(f"binary, shortlist {n}", Dense(model, index_type="binary", shortlist=n))
        for n in SHORTLISTS
    ]
    for size in code_sizes(vector_width(model)):
        found += [
            _system(
                f"pq, {size or 'usual'} bytes, shortlist {n}",
                Dense(model, index_type="pq", code_bytes=size, shortlist=n),
            )
            for n in SHORTLISTS
        ]
    return found


def depth_by_width(model: str) -> list[System]:
    """Give the encoder after each of its layers, at several widths; the whole one comes first.

    The grid of 2D Matryoshka embeddings (Li et al., arXiv 2402.14776, 2024) for any encoder,
    whether it was trained for that or not.

    Raises:
        InputError: it is not told how many layers the model has, or how long its vectors are.
    """
    layers, dimension = layer_count(model), vector_width(model)
    if not layers or not dimension:
        raise InputError(
            f"The model {model!r} does not tell its layers and dimensions here. Choose one that is "
            "on this machine and names them in its config.json."
        )
    return [
        _system(
            f"{depth} {'layer' if depth == 1 else 'layers'} x {width}",
            Dense(
                model,
                layers=0 if depth == layers else depth,
                truncate_dimension=0 if width == dimension else width,
            ),
        )
        for depth in depths(layers)
        for width in widths(dimension)
    ]


def index_experiment(
    name: str, collection: str, split: str, systems: Sequence[System]
) -> Experiment:
    """Make an experiment of such systems; the first is the baseline."""
    return Experiment(name[:200], collection, split, tuple(systems), MEASURES, systems[0].name)


def code_sizes(dimension: int) -> list[int]:
    """Give lengths of codes to compare, in bytes, shortest first; [0], the usual, if unknown."""
    if not dimension:
        return [0]
    most = [max(1, dimension // each) for each in PER_BYTE]
    return sorted({max(n for n in range(1, top + 1) if dimension % n == 0) for top in most})


def depths(layers: int) -> list[int]:
    """Give the layers to look at, the last first."""
    count = min(layers, MOST_LAYERS)
    return [round(layers * place / count) for place in range(count, 0, -1)]


def widths(dimension: int) -> list[int]:
    """Give the widths to look at, the whole one first, then powers of two."""
    powers = [2**n for n in range(20) if NARROWEST <= 2**n < dimension]
    return [dimension, *reversed(powers)][:MOST_WIDTHS]


def _system(name: str, stage: Dense) -> System:
    return System(name, Node(stage, (), DEPTH))
