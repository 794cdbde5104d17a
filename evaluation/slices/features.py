"""Properties of queries that are known at once: from their texts, judgements and columns."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from evaluation.collections.collection import Qrels, Queries
from evaluation.slices.feature import MOST_NAMES, Feature, Values
from evaluation.text import LETTER, WORD, script_of, suggest_tokens

QUESTION_WORDS = (
    "what", "how", "which", "who", "when", "where", "why", "whose", "whom",
)  # fmt: skip
YES_OR_NO = (
    "is", "are", "was", "were", "am", "do", "does", "did", "can", "could", "would", "should", "has",
    "have", "had",
)  # fmt: skip
QUESTION_MARK = re.compile("[?\uff1f\u061f\u037e]\\s*$")  # Latin, Chinese, Arabic, Greek
LONGEST_NAME = 60
DISTINCT_SHARE = 0.5


def query_features(queries: Queries, qrels: Qrels, least: int = 1) -> list[Feature]:
    """Give the features of queries that need no pass over the documents, in the order shown.

    Args:
        queries: those that are compared.
        qrels: their judgements.
        least: the grade from which a document is relevant.
    """
    found = [_relevant(queries, qrels, least)]
    if any(text.strip() for text in queries.texts):
        found = [_length(queries.texts), *found, _question(queries.texts), _script(queries.texts)]
    return found + column_features(queries)[0]


def column_features(queries: Queries) -> tuple[list[Feature], list[str]]:
    """Give the uploader's columns that can be sliced by, and the names of those that cannot.

    A column of numbers is cut like any number. One of words is taken as names if names repeat: at
    most half as many different ones as queries, none too long to be one.
    """
    kept, left = [], []
    for place, name in enumerate(queries.extra):
        values = [str(v).strip() if v is not None else "" for v in queries.table[name].to_pylist()]
        feature = _column(f"column{place}", name, values)
        if feature is None:
            left.append(name)
        else:
            kept.append(feature)
    return kept, left


def _length(texts: Sequence[str]) -> Feature:
    """Count words, or letters where the script does not part words."""
    words = suggest_tokens(texts) == "words"
    unit, pattern = ("words", WORD) if words else ("letters", LETTER)
    counts = [float(len(pattern.findall(text))) or np.nan for text in texts]
    return Feature(
        "length",
        "Query length",
        f"How many {unit} the query has.",
        numbers=np.array(counts),
        form=f"{{}} {unit}",
        singular=f"{{}} {unit[:-1]}",
    )


def _relevant(queries: Queries, qrels: Qrels, least: int) -> Feature:
    grades = qrels.by_query
    counts = [
        float(sum(grade >= least for grade in grades.get(query_id, {}).values()))
        for query_id in queries.ids
    ]
    return Feature(
        "relevant",
        "Relevant documents",
        f"How many documents are judged relevant to the query (grade {least} or more).",
        numbers=np.array(counts),
        form="{} documents",
        singular="{} document",
    )


def _question(texts: Sequence[str]) -> Feature:
    return Feature(
        "question",
        "Question form",
        "How the query asks, by its first English question word, or by a question mark at its "
        "end where there is none.",
        names=tuple(question_form(text) for text in texts),
    )


def question_form(text: str) -> str:
    """Say how a text asks: its first question word, yes or no, another question, or not at all.

    The question word may stand second, as in "in which" or "for how long".
    """
    words = WORD.findall(text.lower())[:2]
    if not words:
        return ""
    asked = next((word for word in words if word in QUESTION_WORDS), "")
    if asked and (words[0] == asked or QUESTION_MARK.search(text)):
        return f"{asked} …"
    if words[0] in YES_OR_NO:
        return "yes or no"
    return "other question" if QUESTION_MARK.search(text) else "no question"


def _script(texts: Sequence[str]) -> Feature:
    return Feature(
        "script",
        "Script",
        "The script that most letters of the query are in.",
        names=tuple(script_of([text]).name for text in texts),
    )


def _column(key: str, name: str, values: Sequence[str]) -> Feature | None:
    meaning = f"The column {name!r} that was uploaded with the queries."
    known = [value for value in values if value]
    numbers = _as_numbers(values)
    if numbers is not None and len(set(known)) > MOST_NAMES:
        return Feature(key, name, meaning, numbers=numbers)
    counts = Counter(known)
    telling = len(counts) <= max(2, DISTINCT_SHARE * len(known))
    if not known or not telling or max(map(len, known)) > LONGEST_NAME:
        return None
    return Feature(key, name, meaning, names=tuple(values))


def _as_numbers(values: Sequence[str]) -> Values | None:
    """Read a column as numbers, "" as none; None if one of them is no finite number."""
    try:
        numbers = np.array([float(value) if value else np.nan for value in values])
    except ValueError:
        return None
    return None if np.isinf(numbers).any() else numbers
