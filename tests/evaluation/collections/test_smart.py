from pathlib import Path

import pytest

from evaluation.collections import smart
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.report import Notes
from evaluation.collections.sources import Reading
from evaluation.errors import InputError
from evaluation.workspace import Workspace
from tests.evaluation.collections.reading import given
from tests.evaluation.collections.uploads import import_upload

CRANFIELD = Path(__file__).parents[2] / "data" / "cranfield"


def test_tags_count_only_alone_at_the_start_of_a_line() -> None:
    text = ".I 1\n.T\na\n title\n.A\nwho\n.W\ntext .W\n.5 percent\n .T\n.a\n.I am\n.I 02\n.W\nb\n"
    found = list(smart.documents(Reading(), given(text)))
    assert found[0] == Document("1", "a title", "text .W .5 percent .T .a", {"author": "who"})


def test_an_i_line_begins_a_record_whatever_its_number() -> None:
    found = list(smart.documents(Reading(), given(".I 007\n.W\nx\n.I 8\n")))
    assert found == [Document("7", "", "x"), Document("8", "", "")]


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("1 184 2 \n1 29 -1\n", [2, -1]),
        ("01 1410 0 0\n02 5 0 0.000000\n", [1, 1]),
        ("1\t28\n", [1]),
    ],
)
def test_the_three_forms_of_judgements_are_read(text: str, grades: list[int]) -> None:
    found = list(smart.judgements(Reading(), given(text)))
    assert [judgement.relevance for judgement in found] == grades
    assert found[0].query_id == "1"


def test_numbers_with_leading_zeros_are_the_same_number() -> None:
    assert list(smart.judgements(Reading(), given("01 002 1"))) == [Judgement("1", "2", 1)]


# Which query is number 3?

IN_FILE = [Query(n, text, {"num_in_file": n}) for n, text in {"1": "a", "2": "b", "4": "c"}.items()]


def test_places_are_taken_as_ids_where_the_numbers_cannot_be_meant() -> None:
    notes = Notes()
    found = smart.join(IN_FILE, {"1", "2", "3"}, notes)
    assert found == [
        Query("1", "a", {"num_in_file": "1"}),
        Query("2", "b", {"num_in_file": "2"}),
        Query("3", "c", {"num_in_file": "4"}),
    ]
    assert [finding.check for finding in notes.findings()] == ["renumbered-queries"]


@pytest.mark.parametrize("judged", [set(), {"1", "4"}, {"1", "9"}])
def test_numbers_are_kept_where_they_fit_or_where_places_do_not(judged: set[str]) -> None:
    notes = Notes()
    assert smart.join(IN_FILE, judged, notes) == [Query("1", "a"), Query("2", "b"), Query("4", "c")]
    assert notes.findings() == []


@pytest.mark.parametrize("text", ["", "\n \n", "hello\n.I 1\n", ".W\nx\n"])
def test_a_file_that_does_not_begin_with_a_record_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"\.I"):
        list(smart.queries(Reading(), given(text)))


def test_the_cranfield_collection_is_the_same_from_smart_and_from_beir_files(
    workspace: Workspace,
) -> None:
    raw = ("cran.all.1400.gz", "cran.qry.gz", "cranqrel.gz")
    one = import_upload(workspace, {name: (CRANFIELD / name).read_bytes() for name in raw})
    files = {"corpus.jsonl.gz": "", "queries.jsonl.gz": "", "test.tsv": "qrels/"}
    beir = {folder + name: (CRANFIELD / name).read_bytes() for name, folder in files.items()}
    two = import_upload(workspace, beir)
    records = [workspace.collection_record(each.collection).record for each in (one, two)]
    assert records[0]["fingerprints"] == records[1]["fingerprints"]
    assert (records[0]["documents"], records[0]["queries"]) == (1_400, 225)
    assert records[0]["judgements"] == {"test": 1_837}
    assert records[0]["judged_queries"] == {"test": 225}


def test_the_report_on_cranfield_names_its_quirks(workspace: Workspace) -> None:
    raw = ("cran.all.1400.gz", "cran.qry.gz", "cranqrel.gz")
    outcome = import_upload(workspace, {name: (CRANFIELD / name).read_bytes() for name in raw})
    found = {f.check: f for f in outcome.report.findings if f.level != "green"}
    assert set(found) == {"renumbered-queries", "empty-documents", "negative-grades"}
    assert found["empty-documents"].examples == ("471", "995")
    assert found["negative-grades"].count == 225
    grades = {"-1": 225, "1": 128, "2": 387, "3": 734, "4": 363}
    assert outcome.report.figures["splits"]["test"]["grades"] == grades
