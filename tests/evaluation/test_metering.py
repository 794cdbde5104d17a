from evaluation.metering import CALLS, PROMPT_TOKENS, count, metered


def test_counts_go_to_the_innermost_block_alone() -> None:
    with metered() as outer:
        count(calls=1)
        with metered() as inner:
            count(calls=2, prompt_tokens=30)
        count(calls=4)
    assert dict(outer) == {CALLS: 5}
    assert dict(inner) == {CALLS: 2, PROMPT_TOKENS: 30}


def test_outside_of_any_block_nothing_is_counted_and_nothing_fails() -> None:
    count(calls=1)
