from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.collections.attaching import MOST, attach_job
from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.errors import InputError, UnknownNameError
from evaluation.progress import SILENT
from evaluation.system import index_key, node_key, system_from_dict
from evaluation.system_problems import problems
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import Files, upload
from tests.sample import small_collection

CONCEPTS = "name,description\nwater,river and glacier\ncraft,engine\n"
LINKS = "source\ttarget\tweight\nd100\td101\t0.5\nd100\td205\t2\n"


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    workspace.add_collection("Small", small_collection().save)
    return workspace


def attach(workspace: Workspace, kind: str, files: Files, to: str = "small") -> dict[str, Any]:
    payload = {"collection": to, "kind": kind, "source": upload(workspace, files)}
    return attach_job(workspace, payload, SILENT)


def table(workspace: Workspace, kind: str) -> list[dict[str, Any]]:
    corpus = workspace.collection("small").corpus
    assert corpus is not None
    return list(corpus.attached[kind].to_pylist())


def test_concepts_are_read_from_every_kind_of_table(small: Workspace, tmp_path: Path) -> None:
    expected = [
        {"name": "water", "description": "river and glacier"},
        {"name": "craft", "description": "engine"},
    ]
    pq.write_table(pa.table({"Label": ["water", "craft"], "text": ["river and glacier", "engine"]}),
                   tmp_path / "c.parquet")  # fmt: skip
    files: list[Files] = [
        {"c.csv": CONCEPTS},
        {"c.tsv": CONCEPTS.replace(",", "\t")},
        {"c.jsonl": '{"concept": "water", "definition": "river and glacier"}\n'
         '{"concept": "craft", "definition": "engine"}\n'},
        {"c.parquet": (tmp_path / "c.parquet").read_bytes()},
    ]  # fmt: skip
    for each in files:
        assert attach(small, "concepts", each) == {
            "collection": "small", "kind": "concepts", "rows": 2,
        }  # fmt: skip
        assert table(small, "concepts") == expected


def test_links_to_what_the_collection_does_not_hold_are_left_out_and_counted(
    small: Workspace,
) -> None:
    attach(small, "links", {"l.tsv": LINKS + "d100\tnowhere\t1\nd101\td101\t1\n"})
    assert [tuple(row.values()) for row in table(small, "links")] == [
        ("d100", "d101", 0.5),
        ("d100", "d205", 2.0),
    ]
    record = small.attachments("small")[0].record
    assert (record["rows"], record["left_out"], record["file"]) == (2, 2, "l.tsv")


def test_links_without_weights_weigh_one(small: Workspace) -> None:
    attach(small, "links", {"l.csv": "From,To\nd100,d101\n"})
    assert table(small, "links") == [{"source": "d100", "target": "d101", "weight": 1.0}]


@pytest.mark.parametrize(
    ("kind", "text", "what"),
    [
        ("concepts", "title\nwater\n", "f.csv has no column called `description`"),
        ("concepts", "name,description\n", "f.csv holds no rows"),
        ("concepts", "name,description\n ,x\n", "f.csv, line 2: `name` is empty"),
        ("concepts", CONCEPTS + "water,x\n", "line 4: The concept 'water' stands there twice"),
        ("concepts", "name,description\na,b,c\n", "line 2: The row has 3 cells"),
        ("links", "source\nd100\n", "no column called `target`"),
        ("links", "source,target\n,d100\n", "line 2: `source` is empty"),
        ("links", "source,target\nx,y\n", "none of its 1 links (such as x to y) joins two"),
        ("links", "source,target,weight\nd100,d101,-1\n", "line 2: `weight` is '-1'"),
        ("links", "source,target,weight\nd100,d101,much\n", "`weight` is 'much'"),
        ("links", "source,target,weight\nd100,d101,nan\n", "number above zero"),
    ],
)
def test_a_fault_is_told_with_its_place_and_nothing_is_stored(
    kind: str, text: str, what: str, small: Workspace
) -> None:
    with pytest.raises(InputError) as error:
        attach(small, kind, {"f.csv": text})
    assert what in str(error.value)
    assert small.attachments("small") == []


def test_what_cannot_be_attached_is_answered_with_a_sentence(
    small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownNameError):
        attach(small, "../runs", {"f.csv": CONCEPTS})
    with pytest.raises(InputError, match="2 files were given"):
        attach(small, "concepts", {"a.csv": CONCEPTS, "b.csv": CONCEPTS})
    runs_only = Collection("Runs", None, Queries.of({"q": ""}), {"test": Qrels.of_dict({})})
    small.add_collection("Runs", runs_only.save)
    with pytest.raises(InputError, match="holds run files only"):
        attach(small, "links", {"l.csv": LINKS}, "runs")
    monkeypatch.setitem(MOST, "concepts", 1)
    with pytest.raises(InputError, match="line 3: There are more than 1 concepts"):
        attach(small, "concepts", {"c.csv": CONCEPTS})


def test_a_second_list_takes_the_place_of_the_first_which_can_be_put_back(
    small: Workspace,
) -> None:
    attach(small, "concepts", {"one.csv": CONCEPTS})
    attach(small, "concepts", {"two.csv": "name,description\nmusic,violin\n"})
    assert [row["name"] for row in table(small, "concepts")] == ["music"]
    (ticket,) = [item.id for item in small.discarded()]
    small.restore(ticket)
    assert [row["name"] for row in table(small, "concepts")] == ["water", "craft"]
    (other,) = [item.id for item in small.discarded()]
    assert other != ticket  # the one that was there is in the trash now


def test_what_is_deleted_is_gone_from_the_open_collection_until_it_is_put_back(
    small: Workspace,
) -> None:
    attach(small, "links", {"l.tsv": LINKS})
    ticket = small.discard_attachment("small", "links")
    assert small.collection("small").attached_fingerprints == {}
    with pytest.raises(UnknownNameError):
        small.discard_attachment("small", "links")
    small.restore(ticket)
    assert len(table(small, "links")) == 2


@pytest.mark.parametrize(
    ("kind", "system"),
    [
        ("concepts", {"name": "S", "stage": "concepts"}),
        ("links", {"name": "S", "stage": "graph", "links": "uploaded"}),
    ],
)
def test_a_stage_without_its_attachment_says_so_and_its_keys_follow_the_content(
    kind: str, system: dict[str, Any], small: Workspace
) -> None:
    node = system_from_dict(system).root
    bm25 = system_from_dict({"stage": "bm25"}).root
    found = problems(system_from_dict(system), small.collection("small"))
    assert len(found) == 1
    assert "and Small has none. Add it on the Collections page" in found[0]

    keys, others = [], []
    contents = {"concepts": [CONCEPTS, CONCEPTS.replace("engine", "market")],
                "links": [LINKS, LINKS.replace("0.5", "0.25")]}  # fmt: skip
    for content in contents[kind]:
        attach(small, kind, {"f.csv" if kind == "concepts" else "f.tsv": content})
        collection = small.collection("small")
        assert problems(system_from_dict(system), collection) == []
        prints = {"corpus": "c", "queries": "q", **collection.attached_fingerprints}
        keys += [node_key(node, prints), index_key(node.stage, node.stage.seen(prints))]
        others.append(node_key(bm25, prints))
    assert len(set(keys)) == 4
    assert len(set(others)) == 1
    assert index_key(bm25.stage, bm25.stage.seen({"corpus": "c"})) == index_key(bm25.stage, "c")
