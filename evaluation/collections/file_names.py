"""Names of files that were given: which ones a person can read and no message can be broken by."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from evaluation.collections.limits import MAX_NAME_LENGTH
from evaluation.errors import InputError

# control characters, line separators, half of a character pair (how Python shows bytes that are no
# UTF-8), and marks that turn the direction of writing
UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def check_names(names: Iterable[str], holder: str, advice: str) -> None:
    """Refuse names that lead outside, that nobody can read, or that stand twice.

    Args:
        names: paths inside what was given.
        holder: the archive or folder that they are in.
        advice: what to do, as a sentence.

    Raises:
        InputError: as said.
    """
    seen: set[str] = set()
    for name in names:
        place, shown = PurePosixPath(name), ascii(name[:80])
        windows = "\\" in name or (len(name) > 1 and name[1] == ":")
        if place.is_absolute() or ".." in place.parts or windows:
            raise InputError(
                f"{holder} holds a file whose name leads outside the archive ({shown}). {advice}"
            )
        if len(name) > MAX_NAME_LENGTH or UNFIT.search(name):
            raise InputError(
                f"{holder} holds a file whose name nobody can read ({shown}): it is longer than "
                f"{MAX_NAME_LENGTH} characters, or holds some that are not visible or no UTF-8. "
                "Give it a plain name."
            )
        if str(place) in seen:
            raise InputError(f"{holder} holds {shown} twice. {advice}")
        seen.add(str(place))
