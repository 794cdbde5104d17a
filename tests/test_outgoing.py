"""Where this program connects to: nothing that a visitor writes, uploads or asks for decides it."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from components.router import SECTIONS
from components.state import KEYS
from evaluation.collections.importing import import_job, inspect
from evaluation.errors import EvaluationError, ModelError
from evaluation.experiment import experiment_from_yaml
from evaluation.language_models.base import ENDPOINT
from evaluation.language_models.opening import open_model
from evaluation.progress import SILENT
from evaluation.running import Quiet, run_experiment
from evaluation.stage import stages
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.endpoint_server import Answer, says, serving
from tests.evaluation.collections.uploads import BEIR, upload, zipped
from tests.sample import small_collection
from tests.shown import open_page

HUB = "huggingface.co"
CONNECTING = {"socket.connect": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


@dataclass
class Reached:
    """Where connections were wanted to, and what a server that nobody may reach was asked.

    Attributes:
        url: of that server.
        hosts: every host or address that was looked up or connected to.
        asked: what arrived at that server, also from code that is not Python.
    """

    url: str
    hosts: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


_watching: list[Reached] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CONNECTING and _watching:
        target = arguments[CONNECTING[event]]
        found = str(target[0] if isinstance(target, tuple) else target)
        for each in _watching:
            each.hosts.append(found)


sys.addaudithook(_heard)  # stays for good: it does nothing while nobody watches


@contextmanager
def nobody() -> Iterator[Reached]:
    """Run a server that nobody may reach, and watch every connection while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(f"{self.path} {self.headers}")
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Reached(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reached]:
    """That server, with no endpoint and no proxy configured."""
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"RANKLAB_ENDPOINT_{name}", raising=False)
    with nobody() as found:
        yield found


@pytest.fixture
def offline(reached: Reached, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without a network and without downloaded models; what is looked up is noted."""

    def refused(*wanted: Any, **_: Any) -> None:
        reached.hosts.append(str(wanted[0]))
        raise socket.gaierror("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def test_the_watch_notices(reached: Reached) -> None:
    host, port = reached.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /here HTTP/1.0\r\n\r\n")
        connection.recv(100)
    assert "127.0.0.1" in reached.hosts
    assert reached.asked[0].startswith("/here")


def files(url: str) -> dict[str, dict[str, str | bytes]]:
    """Uploads that name an address wherever their formats have a place for one."""
    dtd = f'<!DOCTYPE topics SYSTEM "{url}/outer.dtd" [<!ENTITY % p SYSTEM "{url}/p"> %p; '
    entity = f'<!ENTITY x SYSTEM "{url}/entity"> <!ENTITY f SYSTEM "file:///etc/hostname">]>'
    topics = f'<?xml version="1.0"?>{dtd}{entity}<topics><topic number="1">&x;&f;</topic></topics>'
    include = f'<topics xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}/i"/>'
    sheet = f'<?xml-stylesheet href="{url}/s"?><topics><topic number="1">a</topic></topics>'
    table = f"doc_id,text,url,image\nd1,{url}/text,{url}/url,{url}/image\n"
    record = json.dumps({"_id": "d1", "title": url, "text": url, "metadata": {"url": url}})
    trec = f"<DOC><DOCNO>d1</DOCNO><URL>{url}/doc</URL><TEXT><a href={url}/a>x</a></TEXT></DOC>"
    return {
        "external entities": {**BEIR, "topics.xml": topics},
        "an XInclude": {**BEIR, "topics.xml": f"{include}</topics>"},
        "a style sheet": {**BEIR, "topics.xml": sheet},
        "a table": {"documents.csv": table, "queries.csv": "query_id,text\nq1,x\n"},
        "JSON lines": {**BEIR, "corpus.jsonl": record},
        "TREC documents": {"docs.trec": trec, "topics.xml": sheet},
        "an archive": {f"{url.replace('/', '_')}.zip": zipped({**BEIR, f"{url}/x.jsonl": record})},
    }


@pytest.mark.parametrize("kind", files("http://x"))
def test_no_upload_makes_a_connection(kind: str, workspace: Workspace, reached: Reached) -> None:
    source = upload(workspace, files(reached.url)[kind])
    payload = {"name": reached.url, "sources": [source], "about": {"source": reached.url}}
    with suppress(EvaluationError):
        inspect(workspace, [source])
    with suppress(EvaluationError):
        import_job(workspace, payload, SILENT)
    assert (reached.hosts, reached.asked) == ([], [])


@pytest.mark.parametrize(
    "source",
    [
        *("{url}/x.zip", "upload:{url}", "root:{url}", "demo:{url}", "file:///etc/passwd"),
        *("ir_datasets:{url}/x", "ir_datasets:../{url}", "hugging_face:{url}", "hugging_face://x"),
        *("hugging_face:{url}/owner/name", "hugging_face:hf://datasets/x", "s3://{url}/bucket"),
        *("ir_datasets:\\\\127.0.0.1\\share", "hugging_face:zip://x::{url}", "{bare}/x"),
    ],
)
def test_no_source_of_an_import_is_an_address(
    source: str, workspace: Workspace, reached: Reached
) -> None:
    given = source.format(url=reached.url, bare=reached.url.removeprefix("http://"))
    with pytest.raises(EvaluationError):
        import_job(workspace, {"name": "x", "sources": [given]}, SILENT)
    assert (reached.hosts, reached.asked) == ([], [])


def stage_texts(url: str, every: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every stage with an address in every place that takes a text, and in places there are not.

    Without `every`, only in the place of its model.
    """
    for name, kind in stages().items():
        if "model" in getattr(kind, "__dataclass_fields__", ()):
            for model in (url, f"endpoint {url}", "//127.0.0.1/x")[: None if every else 1]:
                yield name, {"model": model}
        if not every:
            continue
        for parameter in ("base_url", "endpoint", "url", "api_base", "host", "proxy"):
            yield name, {parameter: url}
        for parameter, value in vars(kind).items():
            if isinstance(value, str) and parameter in getattr(kind, "__dataclass_fields__", ()):
                yield name, {parameter: url}


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_no_stage_of_an_experiment_is_sent_to_an_address(
    every: bool, workspace: Workspace, reached: Reached, offline: None
) -> None:
    """Where a stage's own default model is not on this machine, the hub is asked for it."""
    stored = workspace.add_collection("Small", small_collection(1).save)
    tried = started = 0
    for name, parameters in stage_texts(reached.url, every):
        tried += 1
        kind, first = stages()[name].kind, {"stage": "bm25", "depth": 3}
        inputs = {} if kind in ("retriever", "run") else {"inputs": [first]}
        system = {"name": "System", "stage": name, **inputs, **parameters}
        asked = {"name": "x", "collection": stored, "split": "test", "systems": [system]}
        with suppress(EvaluationError):
            experiment = create(workspace, experiment_from_yaml(json.dumps(asked)))
            started += 1
            run_experiment(workspace, experiment, Quiet())
    assert tried > (150 if every else 10)
    assert started > (30 if every else 10)
    assert set(reached.hosts) <= {HUB}
    assert reached.asked == []


@pytest.mark.parametrize("page", [name for pages in SECTIONS.values() for name, _, _ in pages])
def test_no_address_of_a_page_makes_a_connection(
    page: str, sample: tuple[Workspace, str, str], reached: Reached
) -> None:
    open_page(page, **dict.fromkeys(KEYS, reached.url))
    open_page(page, experiment=sample[2], collection=sample[1], text=reached.url)
    assert (reached.hosts, reached.asked) == ([], [])


def test_a_model_is_fetched_from_the_hub_and_from_nowhere_else(
    reached: Reached, offline: None
) -> None:
    """A name that looks like a host is one of the hub."""
    assert constants.ENDPOINT.endswith(HUB)
    for name in ("127.0.0.1/model", "evil.test/model", "localhost"):
        with pytest.raises(ModelError):
            open_model(name)
    assert set(reached.hosts) <= {HUB}
    assert reached.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_the_endpoint_is_not_followed(
    status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))
    with nobody() as elsewhere:
        moved = Answer("", status, {"location": f"{elsewhere.url}/v1/chat/completions"})
        with serving(monkeypatch, lambda _: moved) as server:
            with pytest.raises(ModelError, match="sends elsewhere, where nothing is sent"):
                open_model(ENDPOINT).complete(["a secret document"], 8, lambda: None)
            assert len(server.asked) == 1
    assert elsewhere.asked == []


def test_the_endpoint_of_the_settings_is_asked_and_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))
    with nobody() as elsewhere, serving(monkeypatch, lambda _: says(elsewhere.url)) as server:
        replies = open_model(ENDPOINT).complete([f"ask {elsewhere.url}"], 8, lambda: None)
        assert [reply.text for reply in replies] == [elsewhere.url]
        assert len(server.asked) == 1
    assert set(elsewhere.hosts) == {"127.0.0.1"}
    assert elsewhere.asked == []
