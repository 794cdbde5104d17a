"""Everything the query page shows of one query, gathered once and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components import kept, services
from components.ranking_diff import Column, ranking_data
from evaluation.comparison import Contrast, Hit, contrast, least_grade
from evaluation.highlighting import Highlighter, highlighter
from evaluation.measures import agreement
from evaluation.measures.agreement import TOP
from evaluation.run import Run
from evaluation.store import Results


@dataclass(frozen=True, eq=False)
class QueryView:
    """One query of an experiment, for some of its systems.

    Attributes:
        query_id: the query.
        text: its text; "" where only its id is known.
        names: of the systems, in the order of the columns.
        judged: whether there are judgements at all.
        grades: those of this query.
        contrast: the rankings and the relevant documents.
        documents: what is stored of each document shown; None for one the corpus does not hold,
            empty without a corpus.
        highlighter: marks the terms of the query.
        data: what the ranked lists draw.
        agreement: of each further ranking with the first, by the name of the figure.
    """

    query_id: str
    text: str
    names: list[str]
    judged: bool
    grades: Mapping[str, int]
    contrast: Contrast
    documents: Mapping[str, Mapping[str, Any] | None]
    highlighter: Highlighter
    data: dict[str, Any]
    agreement: Mapping[str, list[float]] = field(default_factory=dict)


def open_query(
    results: Results, numbers: Sequence[int], query_id: str, depth: int, measure: str
) -> QueryView:
    """Gather what is shown of a query.

    Args:
        results: the experiment.
        numbers: its systems, in the order of the columns.
        query_id: one of its queries.
        depth: how many documents of each ranking to show.
        measure: stands at the head of each column, and says from which grade on a document is
            relevant; "" without judgements.
    """
    return _open(results.id, results.created, tuple(numbers), query_id, depth, measure)


@kept.resource(max_entries=32, show_spinner=False)
def _open(
    experiment_id: str,
    created: float,
    numbers: tuple[int, ...],
    query_id: str,
    depth: int,
    measure: str,
) -> QueryView:
    del created  # only part of the key: a new experiment may take the id of a deleted one
    results = services.results(experiment_id)
    collection = services.collection(results.experiment.collection)
    split = results.experiment.split
    grades = collection.split(split).of(query_id) if split else {}
    least = least_grade(measure)
    runs = [results.system(number).run() for number in numbers]
    found = contrast(runs, query_id, grades, depth, least)
    documents = _documents(results, found)
    text = collection.queries.text_of.get(query_id, "")
    highlight = highlighter(text, [results.system(number).system for number in numbers])
    columns = [
        Column(
            results.system(number).name,
            _note(results, number, found.rankings[place], query_id, measure),
        )
        for place, number in enumerate(numbers)
    ]
    return QueryView(
        query_id=query_id,
        text=text,
        names=[column.name for column in columns],
        judged=bool(split),
        grades=grades,
        contrast=found,
        documents=documents,
        highlighter=highlight,
        data=ranking_data(found, columns, documents, highlight, least if split else None),
        agreement=_agreement(runs, query_id),
    )


def _agreement(runs: Sequence[Run], query_id: str) -> dict[str, list[float]]:
    first, *others = agreement.top_lists(runs, [query_id])
    return {
        "Rank-biased overlap": [
            float(agreement.rank_biased_overlap(first, one)[0]) for one in others
        ],
        "AP correlation": [
            float(agreement.average_precision_correlation(first, one)[0]) for one in others
        ],
        f"In common, top {TOP}": [
            float(agreement.overlaps(first[:, :TOP], one[:, :TOP])[0]) for one in others
        ],
    }


def _documents(results: Results, found: Contrast) -> dict[str, Mapping[str, Any] | None]:
    corpus = services.collection(results.experiment.collection).corpus
    if corpus is None:
        return {}
    wanted = {hit.doc_id for ranking in found.rankings for hit in ranking}
    wanted |= {item.doc_id for item in found.relevant}
    ids = sorted(wanted)
    return dict(zip(ids, corpus.documents(ids), strict=True)) if ids else {}


def _note(
    results: Results, number: int, ranking: Sequence[Hit], query_id: str, measure: str
) -> str:
    """Write the line under a system's name: its value for the query, how much is judged."""
    if not measure:
        return f"{len(ranking)} shown"
    value = services.scores(results, number, measure)[results.query_ids.index(query_id)]
    written = "failed" if value != value else f"{value:.4f}"
    judged = sum(hit.grade is not None for hit in ranking)
    return f"{measure} {written} · {judged} of {len(ranking)} judged"
