"""YAML of plain values: texts, numbers, lists and maps; whatever else YAML can do is refused."""

import re
from collections import Counter
from typing import Any

import yaml

from evaluation.errors import InputError

LONGEST = 1_000_000  # characters
LEVELS = 100
DIGITS = 60  # of a number
BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C ten times as fast
UNFIT = re.compile("[\x00\ud800-\udfff]")
INT = re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)", re.ASCII)
FLOAT = re.compile(
    r"[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?|\.(inf|Inf|INF))"
    r"|\.(nan|NaN|NAN)",
    re.ASCII,
)
BOOL = re.compile("yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF")
NULL = re.compile("~|null|Null|NULL|")


class PlainLoader(BASE):  # type: ignore[misc]
    """A loader of plain values; dates and numbers in base 60 stay texts, keys stand once."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as in the class above

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Make a map. Raises a YAML error where a key stands twice."""
        for name, count in Counter(str(key.value) for key, _ in node.value).items():
            if count > 1:
                last = [key for key, _ in node.value if str(key.value) == name][-1]
                problem = f"{name[:60]!a} stands there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, last.start_mark)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


for _tag, _form, _first in (
    ("bool", BOOL, "yYnNtTfFoO"),
    ("float", FLOAT, "-+0123456789."),
    ("int", INT, "-+0123456789"),
    ("null", NULL, ["~", "n", "N", ""]),
):
    _whole = re.compile(rf"(?:{_form.pattern})\Z", re.ASCII)
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _whole, list(_first))


def load_yaml(text: str) -> object:
    """Read YAML of plain values.

    Raises:
        InputError: it is no YAML, or uses aliases or tags, or is nested very deeply, or a key
            stands twice in a map; the message has the line of the fault.
    """
    if len(text) > LONGEST:
        raise InputError("The YAML text is longer than one million characters. Shorten it.")
    try:
        for level, event in _levels(text):
            problem = _problem(event, level)
            if problem:
                line = event.start_mark.line + 1
                raise InputError(f"The YAML text, line {line}: {problem}")
        return PlainLoader(text).get_single_data()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}:" if mark else ""
        problem = getattr(error, "problem", None) or "it holds characters that no text has"
        raise InputError(f"The YAML text,{where} {problem}. Correct it and try again.") from error


def _levels(text: str) -> Any:
    """Go through the parts of a text as they come, each with how deeply it is nested."""
    level = 0
    for event in yaml.parse(text, Loader=BASE):
        level += isinstance(event, yaml.CollectionStartEvent)
        yield level, event
        level -= isinstance(event, yaml.CollectionEndEvent)


def _problem(event: Any, level: int) -> str:
    """Say why a part is not plain; "" if it is."""
    if isinstance(event, yaml.AliasEvent):
        return "aliases (`*name`) are not understood here. Write the values out instead."
    if getattr(event, "tag", None) is not None:
        return f"the tag {event.tag[:60]!a} is not understood here. Write the value alone."
    if level > LEVELS:
        return f"lists and maps are nested deeper than {LEVELS} levels. Leave some out."
    value = getattr(event, "value", "")
    if UNFIT.search(value):
        return "a text holds NUL or half of a character pair. Take it out."
    if (
        len(value) > DIGITS
        and event.implicit[0]
        and (INT.fullmatch(value) or FLOAT.fullmatch(value))
    ):
        return f"a number has more than {DIGITS} digits. Write fewer."
    return ""
