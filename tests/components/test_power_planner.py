import numpy as np
import pytest

from components.power_notes import about
from components.power_planner import earlier_deviation, planned_line
from evaluation.measures.power import detectable_difference, needed_queries
from evaluation.store import open_results
from evaluation.workspace import Workspace
from tests.shown import named, open_page, sound, text_of


def test_the_sentence_names_what_can_be_seen_and_what_is_needed() -> None:
    line = planned_line(50, 0.3, 0.1)
    assert f"about {detectable_difference(50, 0.3):.3f}." in line
    assert needed_queries(0.1, 0.3) == 73
    assert line.endswith("For a difference of 0.100 you need about 73 queries.")
    assert "you need" not in planned_line(50, 0.3, 0.0)


def test_numbers_of_queries_are_no_finer_than_an_estimate_deserves() -> None:
    assert [about(count) for count in (2, 99, 100, 384, 12_345)] == [
        "2", "99", "100", "390", "13,000",
    ]  # fmt: skip


def test_an_earlier_experiment_gives_the_typical_spread_of_its_pairs(
    sample: tuple[Workspace, str, str],
) -> None:
    done = open_results(sample[0], sample[2]).done
    values = [one.stored_scores()["nDCG@10"] for one in done]
    spreads = [(values[i] - values[j]).std(ddof=1) for i in range(len(done)) for j in range(i)]
    found = earlier_deviation(sample[2], "nDCG@10")
    assert found == pytest.approx(np.median(spreads))


def test_the_experiment_page_answers_from_an_assumed_or_an_earlier_spread(
    sample: tuple[Workspace, str, str],
) -> None:
    app = open_page("experiment", collection=sample[1])
    assert named(app, "number_input", "Queries").value == 8
    assert planned_line(8, 0.3, 0.02) in text_of(app)
    named(app, "selectbox", "Spread of the differences").select(sample[2])
    sound(app.run())
    known = earlier_deviation(sample[2], "nDCG@10")
    assert known is not None
    assert planned_line(8, known, 0.02) in text_of(app)
