"""Counting what stages spend while they work: calls, tokens, replies that could not be read.

A stage calls `count`; whoever runs the stage wraps it in `metered`. Counts of a block go to that
block alone, so that what one node spends is told apart from what another does.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Meter = Counter[str]
_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)

CALLS = "calls"  # requests to a language model, answered from the cache or not
CACHED = "cached_calls"  # of these, answered from the cache of replies
PROMPT_TOKENS, REPLY_TOKENS = "prompt_tokens", "reply_tokens"
ENCODING_MS = "encoding_ms"  # of documents by a model, which is loaded by then
SEARCHING_US = "searching_us"  # of an index, by queries that are encoded already
CACHED_TOKENS = "cached_tokens"  # of these tokens, those of calls answered from the cache
PAID_PROMPT_TOKENS = "paid_prompt_tokens"  # of the tokens, those that an endpoint has a price for
PAID_REPLY_TOKENS = "paid_reply_tokens"
SAVED_MS = "saved_ms"  # what the calls answered from the cache took when they were made
TIMES = (ENCODING_MS, SEARCHING_US, SAVED_MS)  # told apart from what is spent
WITHOUT_VECTOR = "documents_without_vector"  # no vector was given for them: never found
MALFORMED = "malformed_replies"  # could not be read as asked for; the order was kept
MEANINGS = {
    CALLS: "Requests to a language model, answered from the cache of replies or not.",
    CACHED: "Requests answered from the cache of replies: they cost nothing again.",
    PROMPT_TOKENS: "Tokens that the language model reads, those of cached requests included.",
    REPLY_TOKENS: "Tokens that the language model writes, those of cached requests included.",
    CACHED_TOKENS: "Of these tokens, those of requests answered from the cache of replies.",
    PAID_PROMPT_TOKENS: "Of the tokens read, those at the endpoint, where they have a price.",
    PAID_REPLY_TOKENS: "Of the tokens written, those at the endpoint, where they have a price.",
    MALFORMED: "Replies that could not be read as asked for. What they were to change was left.",
}


def count(**amounts: int) -> None:
    """Add to the meter of the block that runs now; without one nothing is counted.

    Args:
        amounts: by the names above.
    """
    meter = _meter.get()
    if meter is not None:
        meter.update(amounts)


@contextmanager
def metered() -> Iterator[Meter]:
    """Count what is spent while the block runs, in this thread."""
    meter: Meter = Counter()
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)
