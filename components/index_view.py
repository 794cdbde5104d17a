"""Index types on the page: recall of exact search against memory, disk and latency."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import index_choice, kept, plot, safe, services, state
from components.charts.index_curves import Mark, index_curves
from components.result_downloads import download_table
from evaluation.index_figures import IndexPoint, dense_results, families, index_points
from evaluation.pareto import Range
from evaluation.store import Results

FAMILY, AGAINST = state.widget_key("index family"), state.widget_key("index curve")
HELP = (
    "Every index searches the same vectors. Recall is the share of the first hits of exact search "
    "that an index finds among its own: what it loses by looking at less. Below, what that does to "
    "the measure, query by query. Up is better, left is cheaper. Whiskers are 95 % bootstrap "
    "intervals over queries, and over timed queries."
)
UNITS = {
    "memory": "bytes in memory per document",
    "latency": "p50 latency of a query, ms",
}
PARTS = {"index alone": True, "with encoding": False}  # the latency that is shown
Ends = tuple[float, float, float]


def show_curves(results: Results, measure: str, depth: int) -> bool:
    """Show the index types of one family of systems; says whether there is any."""
    known = families(results)
    if not known:
        return False
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader("Index types", anchor=False, width="stretch", help=HELP)
            corner = st.container(width="content")
        family = _pick_family(list(known))
        key = (results.id, results.created, len(results.done))
        points = _points(key, family, measure, depth, _pick_part(results))
        for y, title in _qualities(measure, depth).items():
            left, right = st.columns(2, gap="medium")
            for place, x in ((left, "memory"), (right, "latency")):
                with place:
                    _show(points, x, y, title)
        with corner:
            download_table(columns_of(points, measure, depth), f"{results.id} indexes")
        with st.expander("Figures", icon=":material/table:"):
            _show_table(points, measure, depth)
    return True


def _qualities(measure: str, depth: int) -> dict[str, str]:
    found = {"recall": f"recall of exact search, top {depth}"}
    return found | ({"change": f"{measure} above exact search"} if measure else {})


def _pick_family(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return st.selectbox("Vectors", names, format_func=safe.label, key=FAMILY)


def _pick_part(results: Results) -> bool:
    """Let the visitor leave out the time that the encoding of the query takes."""
    if not all(r.figures.get("searching_ms") for r in dense_results(results)):
        return False
    chosen = st.segmented_control(
        "Latency",
        list(PARTS),
        default=next(iter(PARTS)),
        key=AGAINST,
        required=True,
        label_visibility="collapsed",
        help="Latency of the index alone, or with the encoding of the query, which is the same "
        "for all indexes of these vectors.",
    )
    return PARTS.get(str(chosen), True)


@kept.resource(max_entries=32, show_spinner="Comparing the indexes …")
def _points(
    key: tuple[str, float, int], family: str, measure: str, depth: int, alone: bool
) -> list[IndexPoint]:
    results = services.results(key[0])  # the rest of it is only part of the key
    members = families(results).get(family, [])
    values = index_choice.values_of(results, [r.number for r in members], measure)
    documents = index_choice.documents_of(results)
    return index_points(results, members, values, documents, depth, alone)


def _show(points: Sequence[IndexPoint], x: str, y: str, title: str) -> None:
    marks = [
        Mark(point.name, point.stage.index_type, line_of(point, x), _x(point, x), _ends(point, y))
        for point in points
    ]
    figure = index_curves(plot.theme(), marks, (UNITS[x], title))
    plot.show_plot(figure, alt=f"{title} of each index against {UNITS[x]}")


def line_of(point: IndexPoint, x: str) -> str:
    """Name the line that joins a system with those that differ from it in one parameter only.

    Against memory it is what changes the index, against latency what changes the search.
    """
    stage, kind = point.stage, point.stage.index_type
    if kind == "hnsw":
        return f"hnsw, ef={stage.ef_search}" if x == "memory" else f"hnsw, m={stage.m}"
    if kind == "pq":
        length = f"{stage.code_bytes} bytes" if stage.code_bytes else "usual bytes"
        return f"pq, shortlist {stage.shortlist}" if x == "memory" else f"pq, {length}"
    return kind


def _x(point: IndexPoint, x: str) -> Ends:
    if x == "latency":
        return _ends(point, "latency")
    return point.memory, float("nan"), float("nan")


def _ends(point: IndexPoint, name: str) -> Ends:
    found: Range = getattr(point, name)
    return found.value, found.low, found.high


def columns_of(points: Sequence[IndexPoint], measure: str, depth: int) -> dict[str, list[Any]]:
    """Give the figures as columns, in the order of the experiment."""
    columns: dict[str, list[Any]] = {"System": [point.name for point in points]}
    if measure:
        columns[measure] = [_known(point.quality) for point in points]
    change = f"{measure} above exact" if measure else ""
    titles = {"recall": f"Recall of top {depth}", "change": change, "latency": "p50 ms"}
    for name, title in titles.items():
        if title:
            columns[title] = [_known(_ends(point, name)[0]) for point in points]
            columns[f"{title} from"] = [_known(_ends(point, name)[1]) for point in points]
            columns[f"{title} to"] = [_known(_ends(point, name)[2]) for point in points]
    columns["Bytes in memory per document"] = [_known(point.memory) for point in points]
    columns["Bytes on disk per document"] = [_known(point.disk) for point in points]
    return columns


def _known(value: float) -> float | None:
    return value if value == value else None


def _show_table(points: Sequence[IndexPoint], measure: str, depth: int) -> None:
    number = st.column_config.NumberColumn
    columns = columns_of(points, measure, depth)
    forms = {name: number(format="%.4f") for name in columns if name != "System"}
    forms |= {name: number(format="%.2f") for name in columns if name.startswith("p50")}
    forms["Bytes in memory per document"] = number(
        format="%.0f",
        help="What a search holds in memory: the vectors for exact search, the graph with its "
        "vectors, or codes with their tables. The rest is read from disk.",
    )
    forms["Bytes on disk per document"] = number(
        format="%.0f", help="All files of the index; vectors that it shares count in full."
    )
    st.dataframe(columns, hide_index=True, column_config=forms)
