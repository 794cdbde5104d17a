"""Names of splits: short, harmless, and each one's own."""

import re
from pathlib import PurePosixPath

ENDINGS = (
    *(".gz", ".jsonl", ".ndjson", ".json", ".tsv", ".csv", ".txt", ".trec", ".tab"),
    *(".parquet", ".pq"),
)
FIRST = "test"


def split_name(file_name: str) -> str:
    """Give the split a file stands for: `qrels/dev.tsv` and `qrels-dev.txt` are `dev`.

    A file whose name says nothing holds the split `test`.
    """
    stem = PurePosixPath(file_name).name.lower()
    for ending in ENDINGS:
        stem = stem.removesuffix(ending)
    stem = re.sub(r"[\w-]*qrels?|judge?ments?|relevance", "", stem)
    return clean_split(stem) or FIRST


def clean_split(name: str) -> str:
    """Give a name of lower-case letters, digits and dashes; it may come out empty."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]


def free_name(wanted: str, taken: set[str]) -> str:
    """Give the wanted name, with a number behind it where it is taken, and take it."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name
