"""The leaderboard's band, its pairs and its bounds, as a visitor sees them."""

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from evaluation import worker
from evaluation.leaderboard import band
from evaluation.measures.pairs import MOST_FLIPS, Pairs, compare_all
from evaluation.measures.significance import SMALLEST
from evaluation.store import open_results
from evaluation.workspace import Workspace
from tests.shown import address, open_page, sound, text_of

Sample = tuple[Workspace, str, str]
NAMES = ["Random order", "noise-0-5", "noise-1-0", "noise-3-0"]


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "start", lambda *_: None)


def section(sample: Sample, tab: str, **query: str) -> AppTest:
    return open_page("leaderboard", **({"experiment": sample[2], "tab": tab} | query))


def expected(sample: Sample) -> Pairs:
    done = open_results(sample[0], sample[2]).done
    return compare_all([np.column_stack([d.stored_scores()["nDCG@10"] for d in done])], 42)[0]


def chosen(app: AppTest, key: str, **selection: Any) -> AppTest:
    empty: dict[str, Any] = {"rows": [], "columns": [], "cells": []}
    app.session_state[f"widget {key}"] = {"selection": empty | selection}
    return sound(app.run())


def test_ranks_and_the_band_of_the_best_are_in_the_table(sample: Sample) -> None:
    pairs = expected(sample)
    app = section(sample, "")
    shown: Any = app.dataframe[0].value.set_index("System")
    for place, name in enumerate(NAMES):
        low, high = int(pairs.rank_low[place]), int(pairs.rank_high[place])
        assert shown.loc[name, "Rank"] == (str(low) if low == high else f"{low}-{high}")
        assert bool(len(shown.loc[name, "Band"])) == band(pairs)[place]
    best = NAMES[int(pairs.mean.argmax())]
    assert list(shown.loc[best, "Band"]) == ["best"]
    text = text_of(app)
    assert f"{best} has the highest mean" in text or f"{best} is better than every other" in text
    assert "With these 8 queries, differences of about" in text


def test_every_pair_is_in_the_table_with_both_corrections(sample: Sample) -> None:
    pairs, app = expected(sample), section(sample, "pairs")
    shown = app.dataframe[0].value
    assert len(shown) == 6
    for _, row in shown.iterrows():
        place = NAMES.index(row["First"]), NAMES.index(row["Second"])
        assert row["Δ"] == pytest.approx(pairs.difference[place])
        assert row["Δ"] >= 0
        assert row["p Holm"] == pytest.approx(pairs.p_values()[place])
        assert row["p BH"] == pytest.approx(pairs.p_values("randomisation", "bh")[place])
        assert (row["Wins"], row["Losses"]) == (pairs.wins[place], pairs.wins[place[::-1]])
        assert row["Separable"] == ("yes" if pairs.p_values()[place] <= 0.05 else "no")
    assert "of 6 pairs are separable. Randomisation test" in text_of(app)


def test_the_smallest_p_value_is_not_written_as_zero(sample: Sample) -> None:
    # InspectorRAGet writes 0; with many systems so many swaps are drawn that p can be 0.00001
    columns = json.loads(section(sample, "pairs").dataframe[0].proto.columns)
    for name in ("p", "p Holm", "p BH"):
        written = columns[name]["type_config"]["format"]
        for p in (SMALLEST, 1 / (MOST_FLIPS + 1), 0.0123):
            assert float(written % p) == pytest.approx(p, rel=0.01)


def test_another_test_and_correction_are_taken_from_the_address_and_go_there(
    sample: Sample,
) -> None:
    app = section(sample, "pairs", test="wilcoxon", correction="bh")
    assert "Wilcoxon test, two-sided, 5 %; correction over all pairs: Benjamini" in text_of(app)
    p = expected(sample).p_values("wilcoxon", "none")
    assert sorted(app.dataframe[0].value["p"]) == pytest.approx(sorted(p[np.triu_indices(4, 1)]))
    app.button_group[2].set_value("t")
    sound(app.run())
    assert address(app, "test") == "t"
    assert address(app, "correction") == "bh"
    assert section(sample, "pairs", test="nonsense", correction="<b>").dataframe


def test_a_click_on_a_cell_opens_the_comparison_of_the_pair(sample: Sample) -> None:
    app = section(sample, "pairs")
    order = sorted(range(4), key=lambda n: -expected(sample).mean[n])
    app = chosen(app, "pair matrix", points=[{"customdata": 1}])  # first row, second column
    assert "Compare" in [title.value for title in app.title]
    assert address(app, "systems") == f"{order[1]},{order[0]}"


def test_a_click_on_a_row_opens_the_comparison_of_the_pair(sample: Sample) -> None:
    app = section(sample, "pairs")
    first = app.dataframe[0].value.iloc[0]
    app = chosen(app, "pair table", cells=[[0, "First"]])
    numbers = NAMES.index(first["Second"]), NAMES.index(first["First"])
    assert address(app, "systems") == f"{numbers[0]},{numbers[1]}"


def test_the_bounds_enclose_the_reported_mean(sample: Sample) -> None:
    app = section(sample, "judged")
    shown = app.dataframe[0].value
    assert (shown["Low"] <= shown["Reported"] + 1e-9).all()
    assert (shown["Reported"] <= shown["High"] + 1e-9).all()
    assert shown["Judged"].between(0, 1).all()
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert [trace["type"] for trace in spec["data"]] == ["bar", "scatter", "scatter"]
    assert "winner change?" in text_of(app) or "none of the next" in text_of(app)


def test_a_measure_without_bounds_says_so(sample: Sample) -> None:
    app = section(sample, "judged", measure="Judged@10")
    assert "No bounds are known for Judged" in text_of(app)
    assert not app.dataframe


def test_inside_the_band_the_fastest_stands_first_if_asked(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], order="cost")
    shown = app.dataframe[0].value
    inside = [bool(len(each)) for each in shown["Band"]]
    assert inside == sorted(inside, reverse=True)


def test_compare_says_what_can_be_seen_and_whether_the_winner_could_change(
    sample: Sample,
) -> None:
    text = text_of(open_page("compare", experiment=sample[2], systems="3,1"))
    assert "With these 8 queries, differences of about" in text
    assert "Could the winner change?" in text
