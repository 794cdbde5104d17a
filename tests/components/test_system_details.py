from components.system_details import cost_columns

TIMED = {"latency_p50_ms": 12.0, "latency_ms": [11.0, 12.0, 13.0]}


def test_what_language_models_were_asked_for_is_listed() -> None:
    spent = {"calls": 1200, "cached_calls": 200, "prompt_tokens": 64_000, "reply_tokens": 900}
    shown = cost_columns(TIMED | {"spent": spent | {"malformed_replies": 3}})
    values = dict(zip(shown["Cost"], shown["Value"], strict=True))
    assert values["Requests to language models"] == "1,200"
    assert values["Of these, from the cache of replies"] == "200"
    assert values["Tokens read by them"] == "64,000"
    assert values["Tokens written by them"] == "900"
    assert values["Of the tokens, from the cache"] == "0"
    assert values["Replies that could not be read"] == "3"


def test_a_system_that_asks_no_language_model_says_nothing_of_them() -> None:
    for figures in (TIMED, TIMED | {"spent": {}}):
        assert not [name for name in cost_columns(figures)["Cost"] if "language" in name]
