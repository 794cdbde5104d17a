"""Concepts and links beside a collection, and jobs whose record somebody has changed by hand."""

import json
import sqlite3
from contextlib import closing
from typing import Any

from evaluation.collections.attaching import attach_job
from evaluation.errors import EvaluationError
from evaluation.jobs import Jobs
from evaluation.one_job import do
from evaluation.progress import SILENT
from evaluation.worker import ROLES
from tests.evaluation.collections.uploads import BEIR, import_upload, upload
from tests.hostile.actions import Act
from tests.hostile.case import Case, Place
from tests.hostile.families.parquet_files import table


def stored(place: Place) -> None:
    """Put the sound collection into the workspace, and a table of jobs."""
    import_upload(place.workspace, BEIR)
    Jobs(place.workspace.jobs_file).live()


def attached(kind: str, text: str | bytes, name: str = "a.csv") -> Act:
    """Attach a table; gives how many rows it has."""

    def act(place: Place) -> Any:
        source = upload(place.workspace, {name: text})
        payload = {"collection": "tiny", "kind": kind, "source": source}
        return attach_job(place.workspace, payload, SILENT)["rows"]

    return act


def refused(what: str, kind: str, text: str | bytes, says: str, name: str = "a.csv") -> Case:
    """Expect that a table is refused and the collection stays as it is."""
    return Case(what, attached(kind, text, name), says, before=stored)


def job(kind: str, payload: str, plan: str = "[]") -> Act:
    """Write a job as somebody might who can write to the table; gives how it ends."""

    def act(place: Place) -> Any:
        jobs = Jobs(place.workspace.jobs_file)
        job_id = jobs.submit(kind, "Forged", {})
        with closing(sqlite3.connect(place.workspace.jobs_file, isolation_level=None)) as base:
            base.execute("UPDATE job SET payload = ?, plan = ?", (payload, plan))
        jobs.recent()
        for kinds in ROLES.values():
            found = jobs.claim(kinds)
            if found is not None:
                do(place.workspace, jobs, found)
        ended = jobs.get(job_id)
        jobs.forget(job_id)
        raise EvaluationError(ended.error)

    return act


def forged(what: str, kind: str, payload: object, says: str = "") -> Case:
    """Expect that a job fails with a sentence."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    says = says or "The job does not say what to do"
    return Case(f"a job of {kind} whose payload {what}", job(kind, text), says, before=stored)


KINDS = tuple(kind for kinds in ROLES.values() for kind in kinds)
CASES = (
    refused(
        "concepts without names", "concepts", "a,b\n1,2\n", "a.csv has no column called `name`"
    ),
    refused(
        "concepts of one name twice",
        "concepts",
        "name,description\nx,\nx,\n",
        "line 3: The concept 'x' stands there twice",
    ),
    refused("concepts of blanks", "concepts", "name,description\n ,y\n", "line 2: `name` is empty"),
    refused(
        "concepts with half a pair",
        "concepts",
        '{"name": "\\ud800", "text": "x"}',
        "half of a character pair",
        "a.jsonl",
    ),
    refused(
        "concepts that are numbers",
        "concepts",
        '{"name": 7, "text": "x"}',
        "`name` is 7, which is not text",
        "a.jsonl",
    ),
    refused(
        "60,000 concepts",
        "concepts",
        "name,text\n" + "\n".join(f"c{n}," for n in range(60_000)),
        "more than 50,000 concepts",
    ),
    refused("concepts in a picture", "concepts", b"\x89PNG\r\n\0", "a.csv"),
    refused(
        "concepts in a broken Parquet",
        "concepts",
        b"PAR1",
        "damaged or not a Parquet file",
        "a.parquet",
    ),
    refused("nothing for concepts", "concepts", "", "a.csv holds no rows"),
    refused("a head alone for concepts", "concepts", "name,description\n", "a.csv holds no rows"),
    refused("links to nowhere", "links", "source,target\nx,y\n", "none of its 1 links"),
    refused("links to themselves", "links", "source,target\nd1,d1\n", "none of its 1 links"),
    *(
        refused(
            f"a link of the weight {weight}",
            "links",
            f"source,target,weight\nd1,d2,{weight}\n",
            "line 2: `weight` is",
        )
        for weight in ("0", "-1", "nan", "inf", "1e999", "heavy", "", "0x1", "1_0x")
    ),
    refused(
        "a link of a weight of 400 digits",
        "links",
        '{"source": "d1", "target": "d2", "weight": ' + "9" * 400 + "}",
        "line 1: `weight` is 9",
        "a.jsonl",
    ),
    refused(
        "links of which one end is missing",
        "links",
        "source,target\nd1,\n",
        "line 2: `target` is empty",
    ),
    refused(
        "links with lists as ends",
        "links",
        table({"source": [["d1"]], "target": ["d2"]}),
        "`source` is \\['d1'\\], which is not text",
        "a.parquet",
    ),
    refused(
        "an attachment of a kind that there is not",
        "../x",
        "name\nx\n",
        "There is no kind of attachment called",
    ),
    refused(
        "a table of 5,000 columns",
        "concepts",
        ",".join(f"c{n}" for n in range(5_000)) + "\n",
        "5,000 columns; 1,000 are the most",
    ),
    Case(
        "links as they should be",
        attached("links", "source,target\nd1,d2\nd2,x\n"),
        gives=1,
        before=stored,
    ),
    *(forged("is no JSON", kind, "{") for kind in KINDS),
    *(forged("is a list", kind, [1]) for kind in KINDS),
    *(forged("is empty", kind, {}) for kind in KINDS),
    *(
        forged(
            "leads outside",
            kind,
            {
                "experiment": "../../etc",
                "collection": "../../etc",
                "systems": [{"stage": "bm25"}],
                "text": "x",
                "sources": ["/etc/passwd"],
                "source": "/etc/passwd",
                "kind": "links",
                "name": "../../x",
                "encoder": {},
                "probe": "keywords",
                "parameters": {},
                "queries": 5,
                "seed": 1,
            },
            "There is no|is not something to import|The job does not say",
        )
        for kind in KINDS
    ),
)
