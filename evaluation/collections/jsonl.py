"""JSON lines: one object per line."""

import json
from collections.abc import Iterator
from typing import Any

from evaluation.collections.sources import Lines

ADVICE = "Write one JSON object per line."


def json_objects(lines: Lines) -> Iterator[dict[str, Any]]:
    """Go through the objects of a JSON lines file; blank lines are skipped.

    Raises:
        InputError: a line is not one JSON object.
    """
    for line in lines.filled():
        try:
            value = json.loads(line)
        except RecursionError:
            raise lines.fault("The JSON is nested too deeply.", ADVICE) from None
        except ValueError as error:
            raise lines.fault(f"This is not JSON ({_reason(error)}).", ADVICE) from None
        if not isinstance(value, dict):
            kind = "an array" if isinstance(value, list) else "a single value"
            raise lines.fault(f"This is {kind}, not a JSON object.", ADVICE)
        yield value


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()}, character {error.colno}"
    return "a number is too long"
