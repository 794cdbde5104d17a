from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.shown import address, sound


def after(steps: Callable[[], None], remembered: str = "", **query: str) -> AppTest:
    """Run a page that only changes selections; the job chosen earlier is `remembered`."""
    app = AppTest.from_function(steps, default_timeout=20)
    if remembered:
        app.session_state["chosen job"] = remembered
    app.query_params.update(query)
    return sound(app.run())


def memory(app: AppTest) -> object:
    """What is remembered of the job."""
    try:
        return app.session_state["chosen job"]
    except KeyError:
        return None


def test_what_is_put_here_is_in_the_address_and_remembered_by_no_other_page() -> None:
    def steps() -> None:
        from components import state

        state.put_here(job="new", filter="")

    app = after(steps, "old", filter="x")
    assert address(app, "job") == "new"
    assert address(app, "filter") == ""
    assert memory(app) == "old"


def test_the_address_alone_is_read_where_it_alone_counts() -> None:
    def steps() -> None:
        import streamlit as st

        from components import state

        st.text(state.get("job"))
        st.text(state.here("job"))

    assert [text.value for text in after(steps, "old").text] == ["old", ""]
    assert [text.value for text in after(steps, "old", job="new").text] == ["new", "new"]


@pytest.mark.parametrize(
    ("remembered", "shown", "then"),
    [
        ("old", "old", ("new", "new")),
        ("old", "", ("new", "")),
        ("other", "old", ("other", "new")),
        ("", "other", (None, "other")),
    ],
)
def test_an_exchange_changes_the_value_wherever_it_stands(
    remembered: str, shown: str, then: tuple[str | None, str]
) -> None:
    def steps() -> None:
        from components import state

        state.exchange("job", "old", "new")

    query = {"job": shown} if shown else {}
    app = after(steps, remembered, **query)
    assert (memory(app), address(app, "job")) == then


def test_a_key_that_is_no_selection_is_a_fault_of_the_programmer() -> None:
    from components import state

    for ask in (state.get, state.here):
        with pytest.raises(KeyError, match="is not a selection"):
            ask("colour")


@pytest.mark.parametrize(("experiment", "kept"), [("old", "2"), ("new", None)])
def test_what_was_chosen_within_an_experiment_is_forgotten_with_it(
    experiment: str, kept: str | None
) -> None:
    def steps(experiment: str) -> None:
        from components import state

        state.follow(experiment)

    app = AppTest.from_function(steps, default_timeout=20, args=(experiment,))
    app.session_state["chosen experiment"] = "old"
    app.session_state["chosen baseline"] = "2"
    sound(app.run())
    assert app.session_state["chosen baseline"] == kept
    assert app.session_state["chosen experiment"] == experiment


def test_numbers_are_read_and_what_is_none_or_far_too_long_is_ignored() -> None:
    def steps() -> None:
        import streamlit as st

        from components import state

        st.text(str(state.numbers("systems")))

    shown = after(steps, systems=f"3,x,-1,{'9' * 5000},1.5,,0").text[0].value
    assert shown == "[3, 0]"
