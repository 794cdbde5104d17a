from evaluation.store import open_results
from tests.pages.test_query import Sample, query
from tests.shown import named, open_page, text_of


def test_the_filter_narrows_the_list_and_says_so(sample: Sample) -> None:
    systems = open_results(sample[0], sample[2]).systems
    values = systems[1].stored_scores()["nDCG@10"]
    expected = {f"q{n + 1}" for n in range(8) if values[n] < 0.9}
    app = query(sample, where="1~nDCG@10~below~0.9")
    select = named(app, "selectbox", "Query")
    assert {option.split("  ·  ")[0] for option in select.options} == expected
    assert select.label == f"Query ({len(expected)} of 8)"
    assert ("does not meet the filter" in text_of(app)) == ("q2" not in expected)


def test_a_filter_that_nothing_meets_leaves_all_queries(sample: Sample) -> None:
    app = query(sample, where="1~nDCG@10~least~2")
    assert "No query meets the filter, so all are listed" in text_of(app)
    assert len(named(app, "selectbox", "Query").options) == 8


def test_words_narrow_the_list_too(sample: Sample) -> None:
    app = open_page("query", experiment=sample[2], systems="3,1", filter="VIOLIN")
    assert [o.split("  ·  ")[0] for o in named(app, "selectbox", "Query").options] == ["q3"]
    assert "q3" in text_of(app)
