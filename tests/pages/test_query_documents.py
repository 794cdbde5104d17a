import json
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.test_query import Sample, lists, query, relevant
from tests.shown import address, named, sound


def test_documents_of_one_system_and_those_all_miss_can_be_listed(sample: Sample) -> None:
    app = query(sample, systems="3,1,0", depth="10")
    everything = relevant(app)
    counts = everything["In the top 10 of"].value_counts().to_dict()
    for group, words in (("missed", "nobody"), ("only-2", "only noise-0-5")):
        named(app, "button_group", "Which documents").set_value(group)
        sound(app.run())
        assert address(app, "found") == group
        rows = [frame.value for frame in app.dataframe if "Document" in frame.value]
        assert (len(rows[0]) if rows else 0) == counts.get(words, 0)


def test_every_document_shown_can_be_listed_with_its_ranks(sample: Sample) -> None:
    shown = {hit["id"] for column in lists(query(sample)) for hit in column["hits"]}
    assert set(relevant(query(sample, found="every"))["Document"]) == shown


def chart(app: AppTest, place: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app.get("plotly_chart")[place].proto.spec)
    return found


def test_the_rank_flow_has_a_line_per_document(sample: Sample) -> None:
    app = query(sample, systems="3,1,2,0")
    shown = {hit["id"] for column in lists(app) for hit in column["hits"]}
    traces = chart(app, 0)["data"]
    drawn = {note.partition("<br>")[0] for trace in traces for note in trace["text"] if note}
    assert drawn == shown
    assert {trace["name"].split(" (")[0] for trace in traces} <= {
        "unjudged", "grade 0", "grade 1", "grade 2",
    }  # fmt: skip
    agreement = next(frame.value for frame in app.dataframe if "Against #1" in frame.value)
    assert len(agreement) == 3
    assert agreement["Rank-biased overlap"].between(0, 1).all()
