import numpy as np
import pytest

from evaluation.errors import InputError
from evaluation.index_experiments import (
    code_sizes,
    depth_by_width,
    depths,
    index_experiment,
    index_types,
    widths,
)
from evaluation.index_figures import families, grid_cells, index_points
from evaluation.models.folders import DEFAULT
from evaluation.models.layers import layer_count, vector_width
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from evaluation.store import Results, add_system, create, open_results
from evaluation.system import Node, System
from evaluation.workspace import Workspace
from tests.indexed import figures_of, grid_experiment, types_experiment

Sample = tuple[Workspace, str, str]


def values(results: Results, measure: str = "nDCG@10") -> dict[int, np.ndarray]:
    return {r.number: r.stored_scores()[measure] for r in results.done}


def test_recall_is_counted_against_the_hits_of_exact_search(sample: Sample) -> None:
    workspace, collection, _ = sample
    stages = {"exact": Dense(), "other": Dense(index_type="pq", shortlist=2)}
    systems = [System(name, Node(stage)) for name, stage in stages.items()]
    queries = workspace.collection(collection).queries.ids
    experiment = create(workspace, index_experiment("E", collection, "test", systems))
    rankings = (
        [("d100", 3.0), ("d101", 2.0), ("d102", 1.0), ("d103", 0.5)],
        [("d101", 3.0), ("d200", 2.0), ("d100", 1.0)],  # one of two, two of four
    )
    for number, hits in enumerate(rankings):
        run = Run.from_lists(dict.fromkeys(queries, hits))
        scores = {"nDCG@10": np.linspace(0, 1, len(queries))}
        add_system(workspace, experiment, number, (run, scores, figures_of(4800)))
    results = open_results(workspace, experiment)
    (family,) = families(results).values()
    for depth, recall in ((2, 1 / 2), (4, 2 / 4), (1, 0)):
        points = index_points(results, family, values(results), 48, depth)
        assert [point.recall.value for point in points] == [1, recall]
    assert points[1].quality == pytest.approx(0.5)
    assert points[1].change.value == points[1].change.low == points[1].change.high == 0
    assert points[1].memory == 100
    assert points[1].latency.low <= points[1].latency.value <= points[1].latency.high
    alone = index_points(results, family, values(results), 48, 2, alone=True)
    assert alone[1].latency.value == pytest.approx(points[1].latency.value / 10)


def test_a_family_is_what_searches_the_same_vectors_with_the_exact_one_first(
    sample: Sample,
) -> None:
    results = open_results(sample[0], types_experiment(*sample[:2]))
    (family,) = families(results).values()
    assert [r.number for r in family] == list(range(len(results.systems)))
    assert not families(open_results(sample[0], sample[2]))
    assert not families(open_results(sample[0], grid_experiment(*sample[:2])))


def test_the_grid_has_a_cell_per_depth_and_width(sample: Sample) -> None:
    results = open_results(sample[0], grid_experiment(*sample[:2]))
    cells = grid_cells(results, values(results), 48)
    places = {(cell.layers, cell.width) for cell in cells}
    assert places == {(n, d) for n in range(1, 7) for d in (32, 64, 128, 256, 384)}
    for cell in cells:
        assert cell.bytes == 4 * cell.width
        assert cell.encoding == 10
        assert cell.quality == pytest.approx(values(results)[cell.number].mean())
    assert not grid_cells(open_results(sample[0], sample[2]), {}, 48)


def test_the_two_experiments_start_with_the_plain_system() -> None:
    types, grid = index_types(DEFAULT), depth_by_width(DEFAULT)
    assert types[0].root.stage == grid[0].root.stage == Dense()
    for systems in (types, grid):
        assert len({system.name for system in systems}) == len(systems)
        assert len({system.root for system in systems}) == len(systems)
    assert (len(types), len(grid)) == (17, 30)
    assert (layer_count(DEFAULT), vector_width(DEFAULT)) == (6, 384)


def test_depths_widths_and_code_sizes_suit_the_model() -> None:
    assert depths(6) == [6, 5, 4, 3, 2, 1]
    assert depths(24) == list(range(24, 0, -2))
    assert widths(384) == [384, 256, 128, 64, 32]
    assert widths(1024) == [1024, 512, 256, 128, 64, 32]
    assert widths(24) == [24]
    assert code_sizes(384) == [12, 24, 48]
    assert code_sizes(24) == [1, 3]
    assert code_sizes(0) == [0]


def test_a_model_that_is_not_here_has_no_grid() -> None:
    with pytest.raises(InputError, match="does not tell its layers"):
        depth_by_width("no such/model")
    assert index_types("no such/model")[-1].root.stage.parameters()["code_bytes"] == 0
