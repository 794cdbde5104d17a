"""What `requirements.txt` installs, with licences: `python -m tests.dependencies` lists them."""

import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

from tests.sources import text_of

# licence -> why it is accepted; each lets this program be used, changed and passed on as it is
ACCEPTED = {
    **dict.fromkeys(("MIT", "MIT-0", "MIT-CMU", "ISC", "0BSD", "Zlib", "BSL-1.0"), "permissive"),
    **dict.fromkeys(("BSD", "BSD-2-Clause", "BSD-3-Clause"), "permissive"),
    **dict.fromkeys(("Apache-2.0", "Apache-2.0 WITH LLVM-exception"), "permissive, as our own"),
    **dict.fromkeys(("PSF-2.0", "CNRI-Python"), "permissive, of Python and its early parts"),
    "CC0-1.0": "no rights are kept",
    "MPL-2.0": "asks for the source of its own files alone, which are used unchanged",
}
WRITTEN = {  # as packages call them -> SPDX
    "MIT License": "MIT",
    "BSD License": "BSD",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# Third-party packages

What `requirements.txt` installs, directly and indirectly, with the licence that each one states.
Written by `python -m tests.dependencies`; `make slow` checks that it is complete and that every
licence is one of those accepted in `tests/dependencies.py`, which says why.

| package | licence |
| --- | --- |
"""


@cache
def installed() -> dict[str, Distribution]:
    """Find all packages that the requirements need here, by normalised name."""
    lines = [line.partition("#")[0].strip() for line in text_of("requirements.txt").splitlines()]
    waiting = [Requirement(line) for line in lines if line]
    found: dict[str, Distribution] = {}
    while waiting:
        wanted = waiting.pop()
        name = normal(wanted.name)
        if name in found or not _applies(wanted):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            raise RuntimeError(f"{name} is required and not installed") from None
        waiting += map(Requirement, found[name].requires or ())
    return dict(sorted(found.items()))


def normal(name: str) -> str:
    """Write a name as packages are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _applies(wanted: Requirement) -> bool:
    return wanted.marker is None or wanted.marker.evaluate({"extra": ""})


def licence(package: Distribution) -> str:
    """Give the licence that a package states, as SPDX where that is clear."""
    about = package.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classed = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or ()
               if line.startswith("License ::")]  # fmt: skip
    stated = classed or [about["License"].splitlines()[0] if about["License"] else "none"]
    return " AND ".join(sorted({WRITTEN.get(each, each) for each in stated}))


def refused(stated: str) -> list[str]:
    """List the parts of a licence that are not accepted; of a choice, one accepted is enough."""
    parts = re.split(r"\s+AND\s+", re.sub(r"[()]", "", stated))
    choices = [re.split(r"\s+OR\s+", part) for part in parts]
    written = [[WRITTEN.get(one, one) for one in choice] for choice in choices]
    return [" OR ".join(choice) for choice in written if not set(choice) & ACCEPTED.keys()]


def listing(packages: Iterable[tuple[str, Distribution]]) -> str:
    """Write the list as Markdown."""
    return HEAD + "".join(f"| {name} | {licence(found)} |\n" for name, found in packages)


if __name__ == "__main__":
    sys.stdout.write(listing(installed().items()))
