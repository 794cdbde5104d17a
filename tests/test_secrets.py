"""Keys of the endpoint, looked for wherever something is written, printed or shown."""

import base64
import io
import json
import os
import secrets
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from components import result_files
from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.language_models.settings import Settings
from evaluation.store import Results, list_experiments, open_results
from evaluation.workspace import ROOT, Workspace
from tests.endpoint_server import Answer, Body, says, serving
from tests.shown import open_page, text_of

SENT = ("arrow_data_frame", "html", "plotly_chart", "json", "download_button", "text_area")
PAGES = (
    "overview",
    "leaderboard",
    "compare",
    "query",
    "stages",
    "experiment",
    "workspace",
    "methods",
)
# how the endpoint answers, by the length of the reply that a system allows
WELL, REFUSED, FAILED, BROKEN, SLOW, ODD, MOVED = range(256, 263)


@dataclass(frozen=True)
class Keys:
    """Secrets that were never used before: the key, a password and a part of the address."""

    key: str
    password: str
    query: str

    def forms(self) -> list[bytes]:
        """All forms in which one of them might be written."""
        plain = [self.key, self.password, self.query, f"visitor:{self.password}"]
        coded = [base64.b64encode(each.encode()).decode().rstrip("=") for each in plain]
        quoted = [way(each) for each in plain for way in (quote, quote_plus)]
        escaped = [json.dumps(each).strip('"') for each in plain]
        return [each.encode() for each in dict.fromkeys(plain + coded + quoted + escaped)]

    def echoed(self) -> str:
        """What a careless server says back."""
        basic = base64.b64encode(f"visitor:{self.password}".encode()).decode()
        said = (self.key, self.password, self.query, quote(self.key, safe=""), basic)
        return " ".join(said)


@pytest.fixture
def keys() -> Keys:
    """Fresh ones, with signs that are written differently in addresses."""
    return Keys(*(f"{name}/+{secrets.token_hex(12)}=" for name in ("key", "password", "query")))


def answers(keys: Keys, body: Body) -> Answer:
    """Answer well, but with the keys in the reply, or fail in one of many ways."""
    error = json.dumps({"error": {"message": keys.echoed()}, "keys": keys.echoed()})
    once = {"x-should-retry": "false"}
    return {
        WELL: says(f"<think>{keys.echoed()}</think> [1]"),
        REFUSED: Answer(error, 401),
        FAILED: Answer(error, 500, once),
        BROKEN: Answer(f"{{{keys.echoed()}"),
        SLOW: Answer(error, 200, wait_s=1.0),
        ODD: Answer(error, 418, once),
        MOVED: Answer(error, 307, {"location": f"http://127.0.0.1:9/{quote(keys.key)}"}),
    }[body["max_tokens"]]


@pytest.fixture
def ran(
    workspace: Workspace, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Workspace, str]]:
    """An experiment of endpoint stages, run by the command line; gives what was printed, too."""
    queries = Queries.of({"q1": "river study"})
    documents = corpus_of([("d1", "", "a river"), ("d2", "", "a study of a river")])
    judged = {"test": Qrels.of_dict({"q1": {"d1": 1}})}
    stored = workspace.add_collection("Small", Collection("S", documents, queries, judged).save)
    first = {"stage": "bm25", "depth": 5}
    systems = [
        {"name": f"{way}", "stage": "setwise", "reply_tokens": way, "inputs": [first]}
        for way in (WELL, REFUSED, FAILED, BROKEN, SLOW, ODD, MOVED)
    ]
    asked = {"name": "Asking", "collection": stored, "split": "test", "systems": systems}
    file = tmp_path / "asked.yaml"
    file.write_text(json.dumps(asked), "utf-8")
    with serving(monkeypatch, lambda body: answers(keys, body), KEY=keys.key) as server:
        port = server.url.partition("127.0.0.1:")[2]
        monkeypatch.setenv(
            "RANKLAB_ENDPOINT_URL",
            f"http://visitor:{quote(keys.password, safe='')}@127.0.0.1:{port}"
            f"?api_key={quote_plus(keys.query)}",
        )
        monkeypatch.setenv("RANKLAB_ENDPOINT_TIMEOUT", "0.2")
        monkeypatch.setenv("OPENAI_LOG", "debug")  # the library's own log
        printed = command("run", str(file), "--json")
        printed += command("list", "--json")
        printed += command("backup", str(tmp_path / "backup.tar.gz"), "--cache", "--json")
        assert server.asked, printed
        yield workspace, printed


def command(*words: str) -> str:
    """Run the command line as its own process; gives all that it printed."""
    called = [sys.executable, "-m", "evaluation", *words]
    done = subprocess.run(called, cwd=ROOT, env=os.environ, capture_output=True, text=True)
    return done.stdout + done.stderr


def holders(folder: Path, forms: list[bytes]) -> list[str]:
    """List the files below a folder, journals of databases included, that hold a secret."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


def test_no_key_is_written_printed_or_shown(
    ran: tuple[Workspace, str], keys: Keys, tmp_path: Path
) -> None:
    workspace, printed = ran
    forms = keys.forms()
    assert [form for form in forms if form.decode() in printed] == []
    assert holders(workspace.folder, forms) == []
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    assert holders(tmp_path / "unpacked", forms) == []
    results = open_results(workspace, list_experiments(workspace)[0]["id"])
    assert {result.state for result in results.systems} == {"done", "failed"}
    assert [form for form in forms if form in exported(results)] == []
    for page in PAGES:
        shown = seen(page, experiment=results.id, systems="0", tab="environment")
        assert [form for form in forms if form.decode() in shown] == [], page


def exported(results: Results) -> bytes:
    """Make every kind of file that the leaderboard hands out."""
    measure = results.experiment.measures[0]
    files = [
        result_files.report_html(results, measure, 0),
        result_files.latex(results, measure, 0, "baseline"),
        result_files.leaderboard_csv(results, measure, 0),
        result_files.queries_csv(results, measure),
        result_files.wide_csv(results, measure),
        result_files.qrels_trec(results),
        results.experiment.to_yaml().encode(),
    ]
    packed = zipfile.ZipFile(io.BytesIO(result_files.runs_zip(results, 10)))
    return b"".join([*files, *map(packed.read, packed.namelist())])


def seen(page: str, **query: str) -> str:
    """Open a page; gives all that it sends to the browser as text or tables."""
    app = open_page(page, **query)
    sent = [element.proto for kind in SENT for element in app.get(kind)]
    return text_of(app) + "".join(map(str, sent))


def test_a_key_is_found_where_it_is(tmp_path: Path, keys: Keys) -> None:
    """The search of these tests can fail."""
    for number, form in enumerate(keys.forms()):
        (tmp_path / str(number)).write_bytes(b"before " + form + b" after")
    assert len(holders(tmp_path, keys.forms())) == len(keys.forms())


def test_settings_do_not_print_their_secrets(keys: Keys) -> None:
    url = f"http://visitor:{quote(keys.password, safe='')}@host/v1?api_key={quote_plus(keys.query)}"
    settings = Settings(url, "stub", keys.key)
    assert [form for form in keys.forms() if form.decode() in repr(settings)] == []
    assert [form for form in keys.forms() if form.decode() in settings.revision] == []
    assert settings.without_secrets(keys.echoed()) == "*** *** *** *** ***"
    assert settings.revision == Settings("http://host/v1", "stub").revision
