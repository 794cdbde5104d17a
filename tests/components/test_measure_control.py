from components.measure_picker import _split
from evaluation.measures.measures import measure_problems
from tests.shown import named, open_page, text_of

Sample = tuple[object, str, str]


def test_what_the_fields_for_measures_suggest_can_be_computed(sample: Sample) -> None:
    pages = (
        open_page("leaderboard", experiment=sample[2]),
        open_page("experiment", collection=sample[1]),
    )
    for page in pages:
        suggested = named(page, "text_input", "Any other measure").proto.placeholder
        measures = _split(suggested.removesuffix("..."))
        assert len(measures) == 3
        assert measure_problems(measures) == []
        app = open_page("leaderboard", experiment=sample[2], measure=measures[-1])
        assert not app.error
        assert measures[-1] in app.dataframe[0].value.columns


def test_a_measure_that_cannot_be_computed_here_says_what_to_do(sample: Sample) -> None:
    app = open_page("leaderboard", experiment=sample[2], measure="RBP(p=0.8)")
    assert "cannot be computed here: no calculator takes these parameters" in text_of(app)
    assert "Please add rel=1." in text_of(app)
    assert "nDCG@10" in app.dataframe[0].value.columns
