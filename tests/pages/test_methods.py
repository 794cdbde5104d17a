import pytest

from evaluation import worker
from evaluation.catalogue import MEASURE
from evaluation.jobs import Jobs
from evaluation.store import list_experiments
from evaluation.workspace import Workspace
from tests.shown import address, labels, named, open_page, sound, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed by itself here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def test_every_method_has_a_row_beside_bm25_and_the_default_encoder(workspace: Workspace) -> None:
    shown = open_page("methods").dataframe[0].value
    methods = shown["Method"].tolist()
    assert {"BM25", "Dense", "Weighted sum", "Cross-encoder"} <= set(methods)
    row = shown.iloc[methods.index("BM25")]
    assert row["to BM25"] == 0
    assert row[MEASURE] == pytest.approx(0.68, abs=0.01)
    missing = shown.iloc[methods.index("Cross-encoder")]
    assert missing[MEASURE] != missing[MEASURE]


def test_the_kind_is_in_the_address(workspace: Workspace) -> None:
    app = open_page("methods", kind="fusion")
    assert set(app.dataframe[0].value["Kind"]) == {"Fusion"}
    app.segmented_control(key="widget methods kind").set_value("reranker")
    sound(app.run())
    assert address(app, "kind") == "reranker"
    assert open_page("methods", kind="nonsense").dataframe


def test_a_method_is_explained_and_put_into_an_experiment(workspace: Workspace) -> None:
    app = open_page("methods", method="BM25")
    assert "Robertson" in text_of(app)
    assert "k1" in app.dataframe[1].value["Parameter"].tolist()
    named(app, "button", "Put into an experiment").click()
    sound(app.run())
    assert app.title[0].value == "Experiment"


def test_the_tour_is_made_and_queued_with_one_click(workspace: Workspace) -> None:
    app = open_page("methods")
    named(app, "button", "Run the tour").click()
    sound(app.run())
    record = list_experiments(workspace)[0]
    assert record["collection_name"].startswith("XQuAD")
    assert record["systems"][0] == "BM25"
    (job,) = Jobs(workspace.jobs_file).live()
    assert job.payload == {"experiment": record["id"]}
    assert "Run the tour" not in labels(open_page("methods"))


def test_what_the_tour_leaves_out_is_said_with_the_reason(workspace: Workspace) -> None:
    app = open_page("methods")
    named(app, "button", "Run the tour").click()
    sound(app.run())
    assert "**Cross-encoder**: It needs a model" in text_of(open_page("methods"))
