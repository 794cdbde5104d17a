"""Properties of queries that need their documents: the rarest word, and words in common."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from evaluation.collections.collection import Corpus, Qrels, Queries
from evaluation.progress import Progress
from evaluation.slices.feature import Feature, Values
from evaluation.text import Analyser, suggest_tokens

BATCH = 2_000  # documents at a time
REMEMBERED = 500_000  # words whose terms are kept, so that memory stays small on any corpus


def analyser_for(texts: Iterable[str], language: str) -> Analyser:
    """Give the analysis by which words of queries and documents are compared.

    English stems and stop words for English; elsewhere words as they are, or pairs of characters
    where the script does not part words.
    """
    if suggest_tokens(texts) == "bigrams":
        return Analyser("bigrams", "none", "none")
    english = language.lower()[:2] in ("", "en")
    return Analyser("words", "english", "english") if english else Analyser("words", "none", "none")


def rarest_frequencies(
    corpus: Corpus, queries: Queries, analyser: Analyser, progress: Progress
) -> Values:
    """Count the documents that hold the rarest term of each query; one pass over the corpus.

    0 where a term is in no document, NaN for a query without terms.
    """
    terms = [frozenset(analyser.terms(text)) for text in queries.texts]
    counts = _frequencies(corpus, frozenset().union(*terms), analyser, progress)
    rarest = [min((counts[term] for term in each), default=np.nan) for each in terms]
    return np.array(rarest, np.float64)


def _frequencies(
    corpus: Corpus, wanted: AbstractSet[str], analyser: Analyser, progress: Progress
) -> dict[str, int]:
    counts = dict.fromkeys(wanted, 0)
    term_of: dict[str, str] = {}  # "" for words that no query has
    for start in range(0, len(corpus), BATCH):
        for text in corpus.texts(start, start + BATCH):
            words = set(analyser.words(text))
            new = [word for word in words if word not in term_of]
            if new:
                found = analyser.terms_of(new)
                term_of |= zip(new, (t if t in counts else "" for t in found), strict=True)
            for term in {term_of[word] for word in words}:
                if term:
                    counts[term] += 1
        if len(term_of) > REMEMBERED:
            term_of.clear()
        progress.report(min(start + BATCH, len(corpus)), len(corpus))
    return counts


def overlaps(
    corpus: Corpus, queries: Queries, qrels: Qrels, analyser: Analyser, progress: Progress
) -> Values:
    """Give the share of a query's terms that its relevant documents hold, as a mean over them.

    Between 0 and 1; NaN for a query without terms, or without a relevant document in the corpus.
    """
    terms = [frozenset(analyser.terms(text)) for text in queries.texts]
    pairs = _relevant_pairs(queries.ids, qrels)
    ids = list(dict.fromkeys(doc_id for _, doc_id in pairs))
    rows = dict(zip(ids, corpus.find(ids).tolist(), strict=True))
    asked: dict[int, list[int]] = {}
    for query, doc_id in pairs:
        if rows[doc_id] >= 0 and terms[query]:
            asked.setdefault(rows[doc_id], []).append(query)
    sums, counts = np.zeros(len(terms)), np.zeros(len(terms))
    ordered = np.array(sorted(asked), np.int64)
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        for row, text in zip(part.tolist(), corpus.texts_of(part), strict=True):
            held = set(analyser.terms(text))
            for query in asked[row]:
                sums[query] += len(terms[query] & held) / len(terms[query])
                counts[query] += 1
        progress.report(min(start + BATCH, len(ordered)), len(ordered))
    means: Values = np.divide(sums, counts, out=np.full(len(terms), np.nan), where=counts > 0)
    return means


def document_features(rarest: Values, overlap: Values) -> list[Feature]:
    """Make features of what was counted, aligned with the queries."""
    return [
        Feature(
            "overlap",
            "Word overlap",
            "The share of the query's terms (stop words left out) that a relevant document (grade "
            "1 or more) holds, as a mean over its relevant documents.",
            numbers=100 * overlap,
            form="{} %",
        ),
        Feature(
            "rarest",
            "Rarest term",
            "How many documents of the corpus hold the rarest term of the query.",
            numbers=rarest,
            form="in {} documents",
            singular="in {} document",
        ),
    ]


def _relevant_pairs(query_ids: Sequence[str], qrels: Qrels) -> list[tuple[int, str]]:
    """Give query (by place) and document of every judgement of grade 1 or more."""
    grades = qrels.by_query
    return [
        (place, doc_id)
        for place, query_id in enumerate(query_ids)
        for doc_id, grade in grades.get(query_id, {}).items()
        if grade >= 1
    ]
