"""A workspace in which every text, id and name is an attack, for the browser tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evaluation.collections.attachments import CONCEPTS, concepts_of
from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.experiment import experiment_from_dict
from evaluation.probes.making import Wanted, add_probe
from evaluation.probes.needles import Needles
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace
from tests import endpoint_server

ATTACKS = (
    "</script><script>window.__xss='script'</script>",
    "<img src=http://evil.test/image.png onerror=\"window.__xss='image'\">",
    "[link](javascript:window.__xss='link') ![picture](http://evil.test/markdown.png)",
    "<a href=\"javascript:window.__xss='anchor'\" target=_blank>plotly reads anchors</a>",
    "<iframe srcdoc=\"<script>parent.__xss='frame'</script>\"></iframe>",
    "<svg onload=\"window.__xss='svg'\"><image href=http://evil.test/s.svg /></svg>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/refresh'>",
    "<base href=http://evil.test/><link rel=stylesheet href=http://evil.test/style.css>",
    "<style>@import url(http://evil.test/import.css);*{background:url(http://evil.test/b)}</style>",
    "<form action=http://evil.test/form><button autofocus onfocus=\"window.__xss='f'\">x</button>",
    r"$\href{javascript:window.__xss='katex'}{x}$ $$\includegraphics{http://evil.test/k.png}$$",
    ":material/home: :red[x] :streamlit: {{constructor.constructor('window.__xss=1')()}}",
    "<object data=http://evil.test/object></object><embed src=data:text/html,<script>1</script>>",
    '=HYPERLINK("http://evil.test/cell";"x")',
    "%{customdata} <extra><b onmouseover=\"window.__xss='hover'\">b</b></extra>",
    "\"'><details open ontoggle=\"window.__xss='toggle'\"> --><!-- ]]> </textarea></style></title>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX194c3M9MTwvc2NyaXB0Pg== http://evil.test/auto",
    "<video src=http://evil.test/v poster=http://evil.test/p onerror=\"window.__xss='v'\"></video>",
)
WHOLE = " river ".join(ATTACKS)
NAME = " ".join(ATTACKS[:4])
REASONING = f"<think>{WHOLE}</think> <answer>[1]</answer>"
COLUMN = ATTACKS[1]
QUERIES = 16


@dataclass(frozen=True)
class Hostile:
    """What is in the workspace, by id."""

    workspace: Workspace
    collection: str
    experiments: Mapping[str, str]


def hostile_collection() -> Collection:
    """Queries, documents, ids, a column of the queries and its values, all of them attacks."""
    attack = cycle(ATTACKS)
    documents = [(f"d{n} {next(attack)}", next(attack), _text(n)) for n in range(3 * QUERIES)]
    ids = [f"q{number} {next(attack)}" for number in range(QUERIES)]
    grades = {
        query_id: {documents[(3 * n + step) % len(documents)][0]: step for step in range(3)}
        for n, query_id in enumerate(ids)
    }
    table = {
        "query_id": ids,
        "text": [f"river {number % 4} {next(attack)}" for number in range(QUERIES)],
        COLUMN: [ATTACKS[number % 2] for number in range(QUERIES)],
    }
    judged = {NAME: Qrels.of_dict(grades)}
    return Collection(NAME, corpus_of(documents), Queries(pa.table(table)), judged)


def _text(number: int) -> str:
    """Every attack in a few documents, one in each of the others, which are read faster."""
    return f"river {number % 4} " + (WHOLE if number < 4 else ATTACKS[number % len(ATTACKS)])


@contextmanager
def hostile_workspace(folder: Path) -> Iterator[Hostile]:
    """Make the workspace; while the block runs, the endpoint answers with attacks, too."""
    with (
        pytest.MonkeyPatch.context() as patch,
        endpoint_server.serving(patch, lambda _: endpoint_server.says(REASONING), MODEL=NAME),
    ):
        folder.mkdir(parents=True)
        workspace = Workspace(folder)
        collection = hostile_collection()
        stored = workspace.add_collection(NAME, collection.save)
        concepts = {text: f"river {text}" for text in ATTACKS}
        workspace.add_attachment(stored, CONCEPTS, concepts_of(concepts), {"file": NAME})
        source = Needles(depths="0, 100", lengths="60, 90")
        needles = add_probe(workspace, stored, Wanted(source, 4), NAME)
        experiments = {
            "main": _finished(workspace, stored, _systems(workspace, stored, collection)),
            "grid": _grid(workspace, stored),
            "needles": _finished(workspace, needles, [{"name": NAME, "stage": "bm25"}], "test"),
        }
        yield Hostile(workspace, stored, experiments)


def _systems(workspace: Workspace, stored: str, collection: Collection) -> list[dict[str, Any]]:
    """One system of every kind that shows texts of its own, named as attacks."""
    judged = collection.qrels[NAME].by_query
    lists = {q: [(d, float(grade)) for d, grade in known.items()] for q, known in judged.items()}
    run = workspace.add_run(stored, NAME, Run.from_lists(lists), {"file": ATTACKS[1]})
    first = {"stage": "bm25", "depth": 4}
    return [
        {"name": f"bm25 {NAME}", "stage": "bm25"},
        {"name": f"run {ATTACKS[3]}", "stage": "run", "run": run},
        {"name": f"fused {ATTACKS[1]}", "stage": "rrf", "inputs": [first, {"stage": "random"}]},
        {"name": f"again {ATTACKS[7]}", "stage": "rm3", "inputs": [first]},
        {"name": ATTACKS[10], "stage": "setwise", "top": 1, "inputs": [first]},
        {"name": ATTACKS[13], "stage": "concepts", "backend": "torch", "count": 5, "keep": 5},
        {"name": ATTACKS[14], "stage": "adaptive-cutoff", "inputs": [first]},
        {"name": f"broken {ATTACKS[2]}", "stage": "dense", "model": ATTACKS[1]},
    ]


def _finished(
    workspace: Workspace, collection: str, systems: list[dict[str, Any]], split: str = NAME
) -> str:
    asked = {"name": NAME, "collection": collection, "split": split, "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def _grid(workspace: Workspace, collection: str) -> str:
    """A tuned system whose name is an attack."""
    parameters = [{"name": "k1", "values": [0.5, 1.0]}, {"name": "b", "values": [0.2, 0.8]}]
    grid = {"system": {"name": NAME, "stage": "bm25"}, "parameters": parameters}
    asked = {"name": NAME, "collection": collection, "split": NAME, "grid": grid}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment
