"""Grids: explosions, steps of nothing, stages that are not there."""

from tests.hostile.actions import Act
from tests.hostile.case import Case
from tests.hostile.yaml_texts import experiment


def grid(parameters: str, stage: str = "{stage: bm25}") -> Act:
    """Read a grid."""
    return experiment(
        f"name: x\ncollection: c\ngrid:\n  system: {stage}\n  parameters: {parameters}\n"
    )


CASES = (
    Case(
        "a grid of a thousand million points",
        grid(
            "[{name: k1, values: ["
            + ", ".join(map(str, (n / 100 for n in range(400))))
            + "]}, {name: b, values: ["
            + ", ".join(str(n / 1000) for n in range(400))
            + "]}]"
        ),
        "The grid has 160,000 points; 500 are the most",
    ),
    Case(
        "a grid of 100,000 values",
        grid("[{name: k1, values: [" + ", ".join(map(str, range(100_000))) + "]}]"),
        "100,000 values; 500 points",
    ),
    Case(
        "a grid of 20,000 parameters",
        grid("[" + ", ".join(["{name: k1, values: [1]}"] * 20_000) + "]"),
        "varies more than 20 parameters",
    ),
    Case("a grid of nothing", grid("[]"), "varies nothing"),
    Case("a grid of no values", grid("[{name: k1, values: []}]"), "no values"),
    Case("a grid with NaN", grid("[{name: k1, values: [.nan]}]"), "k1 is nan"),
    Case("a grid with one value twice", grid("[{name: k1, values: [1, 1.0]}]"), "twice"),
    Case(
        "a grid of a stage that is not there",
        grid("[{name: k1, node: [7], values: [1]}]"),
        "has no input 8",
    ),
    Case(
        "a grid of a stage before the first",
        grid("[{name: k1, node: [-1], values: [1]}]"),
        "has no input 0",
    ),
    Case(
        "a grid of a stage of 300 digits",
        grid("[{name: k1, node: [" + "9" * 300 + "], values: [1]}]"),
        "line 5: a number has more than 60 digits",
    ),
    Case(
        "a grid whose steps are nothing",
        grid(
            "[{name: weights, step: 0}]",
            "{stage: weighted, inputs: [{stage: bm25}, {stage: random}]}",
        ),
        "step of the weights is '0'",
    ),
    Case(
        "a grid whose steps are 1/10^18",
        grid(
            "[{name: weights, step: '1/1000000000000000000'}]",
            "{stage: weighted, inputs: [{stage: bm25}, {stage: random}]}",
        ),
        "step|points",
    ),
    Case(
        "a grid whose steps are 1e-999999",
        grid(
            "[{name: weights, step: '1e-999999'}]",
            "{stage: weighted, inputs: [{stage: bm25}, {stage: random}]}",
        ),
        "step of the weights",
    ),
    Case(
        "a grid of depths without end",
        grid("[{name: depth, values: [1000001]}]"),
        "depth is 1000001",
    ),
    Case(
        "a grid that is a list",
        experiment("collection: c\ngrid: [1]\n"),
        "The grid is not well-formed",
    ),
)
