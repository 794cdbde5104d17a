"""Probe collections as the worker and the command line make and store them."""

import pytest

from evaluation.__main__ import answer
from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.command_line import parser
from evaluation.errors import InputError
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.one_job import do
from evaluation.probes.keywords import Keywords
from evaluation.probes.making import Wanted, add_probe
from evaluation.workspace import Workspace
from tests.evaluation.probes.test_probes import WORDS, random_corpus
from tests.fresh import fresh


def stored(workspace: Workspace) -> str:
    source = Collection(
        "Source", random_corpus(fresh()), Queries.of({"a": "b"}), {"dev": Qrels.of_dict({})},
        {"licence": "CC0", "language": "en"},
    )  # fmt: skip
    return workspace.add_collection("Source", source.save)


def done(workspace: Workspace, payload: dict[str, object]) -> Job:
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("probe", "A probe", payload)
    claimed = jobs.claim(("probe",))
    assert claimed is not None
    do(workspace, jobs, claimed)
    return jobs.get(job_id)


def test_the_worker_makes_an_ordinary_collection(workspace: Workspace) -> None:
    payload = {"collection": stored(workspace), "probe": "masked", "queries": 9, "seed": 1}
    job = done(workspace, payload | {"parameters": {"most_answers": 60}})
    assert job.state == "done", job.error
    made = workspace.collection(job.result["collection"])
    assert made.name == "Source: masked-span questions"
    assert made.about["licence"] == "CC0"
    assert "nobody has read them" in made.about["summary"]
    assert made.queries.extra == ["masks", "answers", "source"]
    assert len(made.queries) == len(made.split("test").query_ids) == 9
    assert workspace.health(job.result["collection"])["light"] in ("green", "yellow")


def test_a_probe_that_cannot_be_made_leaves_nothing_behind(workspace: Workspace) -> None:
    source = stored(workspace)
    payload = {"collection": source, "probe": "parts", "queries": 9, "seed": 1}
    job = done(workspace, payload | {"parameters": {"words": 400}})
    assert job.state == "failed"
    assert "No document of this collection gives such a query" in job.error
    assert [each.id for each in workspace.collections()] == [source]


def test_a_collection_without_documents_is_refused(workspace: Workspace) -> None:
    runs_only = Collection("Runs", None, Queries.of({"q": "x"}), {})
    source = workspace.add_collection("Runs", runs_only.save)
    with pytest.raises(InputError, match="has no documents"):
        add_probe(workspace, source, Wanted(Keywords()))


def test_the_command_line_makes_a_probe(workspace: Workspace) -> None:
    source = stored(workspace)
    asked = ["--workspace", str(workspace.folder), "probe", source, "parts", "--queries", "5"]
    answered = answer(parser().parse_args([*asked, "--set", "words=4", "--json"]))
    assert answered == {"collection": "source-part-of-passage-queries", "queries": 5}
    made = workspace.collection(answered["collection"])
    assert {len(WORDS.words(text)) for text in made.queries.texts} == {4}
    with pytest.raises(InputError, match="'words' sets nothing"):
        answer(parser().parse_args([*asked, "--set", "words"]))
