import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from evaluation.collections.demo import (
    DEMO,
    add_demo,
    demo_catalogue,
    install_demo,
    installed,
)
from evaluation.errors import UnknownNameError
from evaluation.workspace import Workspace


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("demo"))
    assert sorted(install_demo(workspace)) == sorted(s.id for s in workspace.collections())
    return workspace


def test_the_demo_has_the_counts_that_its_attribution_states(filled: Workspace) -> None:
    records = {s.record["about"]["demo"]: s.record for s in filled.collections()}
    scifact = records["scifact"]
    assert (scifact["documents"], scifact["queries"]) == (5_183, 1_109)
    assert scifact["judgements"] == {"test": 339, "train": 919}
    assert scifact["judged_queries"] == {"test": 300, "train": 809}
    for name in ("xquad-en", "xquad-zh"):
        assert (records[name]["documents"], records[name]["queries"]) == (240, 1_190)
    passages = records["trec-dl-2020-passage"]
    assert (passages["documents"], passages["queries"]) == (0, 200)
    assert passages["judgements"] == {"test": 11_386}
    assert passages["judged_queries"] == {"test": 54}


def test_the_runs_of_the_demo_are_complete(filled: Workspace) -> None:
    (passages,) = (s.id for s in filled.collections() if not s.record["documents"])
    runs = {stored.name: filled.run(passages, stored.id) for stored in filled.runs(passages)}
    assert {name: len(run) for name, run in runs.items()} == {
        "bm25": 5_400,
        "bm25-rm3": 5_400,
        "openai-ada2": 5_400,
        "repllama": 54_000,
        "splade-pp-ed": 5_400,
        "tasb": 5_400,
    }
    assert {len(run.query_ids) for run in runs.values()} == {54}


def test_what_ties_could_change_is_said_for_each_run(filled: Workspace) -> None:
    (passages,) = (s.id for s in filled.collections() if not s.record["documents"])
    found = {}
    for stored in filled.runs(passages):
        ties = next(f for f in stored.record["findings"] if f["check"] == "tied-scores")
        found[stored.name] = (ties["level"], ties["count"])
    assert found == {
        "bm25": ("green", 1),
        "bm25-rm3": ("green", 0),
        "openai-ada2": ("green", 0),
        "repllama": ("yellow", 54),
        "splade-pp-ed": ("green", 24),
        "tasb": ("green", 8),
    }


def test_no_report_of_the_demo_is_red_and_each_says_what_is_special(filled: Workspace) -> None:
    special = {}
    for stored in filled.collections():
        report = filled.health(stored.id)
        assert report["light"] != "red"
        worth_knowing = {f["check"] for f in report["findings"] if f["level"] == "yellow"}
        special[stored.record["about"]["demo"]] = (worth_knowing, report["script"]["suggest"])
    assert special == {
        "scifact": ({"mixed-encodings"}, ""),
        "xquad-en": (set(), ""),
        "xquad-zh": ({"script-without-spaces"}, "bigrams"),
        "trec-dl-2020-passage": ({"unjudged-queries"}, ""),
    }


@pytest.mark.parametrize("name", DEMO)
def test_every_bundled_collection_names_licence_and_authors(filled: Workspace, name: str) -> None:
    (about,) = (entry for entry in demo_catalogue(filled) if entry["demo"] == name)
    for key in ("name", "summary", "language", "licence", "attribution", "source"):
        assert about[key]
    text = (filled.demo / name / "ATTRIBUTION.md").read_text("utf-8")
    assert "**Licence:**" in text or "terms" in text


def test_installing_again_adds_nothing(filled: Workspace) -> None:
    before = [stored.id for stored in filled.collections()]
    assert install_demo(filled) == []
    assert [stored.id for stored in filled.collections()] == before


def test_two_at_once_install_it_once(workspace: Workspace) -> None:
    with ThreadPoolExecutor(2) as both:
        added = list(both.map(install_demo, [workspace, workspace]))
    assert sorted(map(len, added)) == [0, len(DEMO)]
    assert len(workspace.collections()) == len(DEMO)


def test_what_was_deleted_stays_away_until_it_is_asked_for(
    filled: Workspace, workspace: Workspace
) -> None:
    shutil.copytree(filled.folder, workspace.folder, dirs_exist_ok=True)
    (english,) = (s.id for s in workspace.collections() if s.record["about"]["demo"] == "xquad-en")
    workspace.discard("collections", english)
    assert install_demo(workspace) == []
    assert english not in [stored.id for stored in workspace.collections()]
    again = add_demo(workspace, "xquad-en")
    assert again == f"{english}-2"  # its own id waits in the trash
    assert add_demo(workspace, "xquad-en") == again
    assert sorted(set(installed(workspace))) == sorted(DEMO)


def test_an_unknown_demo_is_named(workspace: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'scifact'"):
        add_demo(workspace, "scifacts")
