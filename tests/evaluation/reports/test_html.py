import re
from html.parser import HTMLParser

import pytest

from evaluation.errors import EvaluationError
from evaluation.experiment import experiment_from_dict
from evaluation.measures.pairs import compare_all
from evaluation.reports.facts import gather
from evaluation.reports.html import html_report
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.evaluation.reports.test_latex import report

Sample = tuple[Workspace, str, str]
TRAP = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'\u202e"
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "section", "h1", "h2", "h3", "p",
    "b", "span", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "svg",
    "line", "text", "circle",
}  # fmt: skip
VOID = {"meta", "line", "circle"}


class Reader(HTMLParser):
    """Collects elements and texts; complains about what is not closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_text_of_others_is_text(workspace: Workspace) -> None:
    page = html_report(report(workspace, [(TRAP, 0.2), ("good", 0.9)]))
    reader = read(page)
    assert "<script" not in page
    assert "\u202e" not in page
    assert any("<script>alert(1)</script>" in text for text in reader.texts)
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]


def test_a_query_that_closes_a_script_is_text(workspace: Workspace) -> None:
    # DiffIR writes documents into a script, which a closing tag in a text ends
    page = html_report(report(workspace, [("base", 0.2), ("good", 0.9)], text=TRAP))
    reader = read(page)
    assert "</script" not in page
    assert sum("</script><img src=x" in text for text in reader.texts) >= 2


def test_nothing_points_outside_and_the_policy_forbids_it(sample: Sample) -> None:
    workspace, _, experiment = sample
    page = html_report(gather(workspace, open_results(workspace, experiment), "nDCG@10", 0))
    reader = read(page)
    names = {name for _, name, _ in reader.attributes}
    assert not names & {"src", "href", "srcset", "style", "action", "data", "poster"}
    assert set(re.findall(r"https?://[^\"' <]*", page)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in page
    assert "@import" not in page
    policy = next(v for _, name, v in reader.attributes if name == "content" and "src" in v)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_it_says_what_the_results_say(sample: Sample) -> None:
    workspace, _, experiment = sample
    results = open_results(workspace, experiment)
    page = html_report(gather(workspace, results, "nDCG@10", 0))
    words = " ".join(read(page).texts)
    for row in results.done:
        assert f"{row.stored_scores()['nDCG@10'].mean():.4f}" in words
        assert row.name in words
    for part in ("trec_eval", "Holm", "seed 42", "violin study", results.fingerprints["qrels/test"],
                 "stage: random", "python", "8 queries"):  # fmt: skip
        assert part in words
    assert page.count("<details>") == 4 * 3 // 2 + 1  # pairs, one block of surroundings


def test_only_chosen_systems_are_reported_and_compared(sample: Sample) -> None:
    workspace, _, experiment = sample
    results = open_results(workspace, experiment)
    found = gather(workspace, results, "nDCG@10", 0, numbers=(3,))
    assert [row.number for row in found.rows] == [3, 0]
    table = found.values["nDCG@10"]
    assert table[:, 1].tolist() == results.systems[3].stored_scores()["nDCG@10"].tolist()
    expected = compare_all([table], 42)[0].p_randomisation[0, 1]
    assert found.standings()[3].p_holm == expected
    assert "noise-1-0" not in html_report(found).partition("<h2>Experiment")[0]


def test_without_scores_there_is_no_report(sample: Sample) -> None:
    workspace, collection, _ = sample
    systems = [{"stage": "random"}]
    asked = {"collection": collection, "split": "test", "systems": systems}
    waiting = create(workspace, experiment_from_dict(asked))
    with pytest.raises(EvaluationError, match="no scores yet"):
        gather(workspace, open_results(workspace, waiting), "AP", 0)
