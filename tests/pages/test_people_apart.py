"""Nobody is shown what is another's, though the ids be the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from components import kept, router, visitor
from evaluation import worker
from evaluation.experiment import experiment_from_dict
from evaluation.people import open_folder
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.logins import ANA, BEN, known, visit
from tests.sample import random_run, small_collection
from tests.shown import sound, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def other_sample(workspace: Workspace, seed: int, noises: tuple[float, ...]) -> None:
    """A workspace with the same ids, names and moments as any other of these, and other data."""
    collection = small_collection(seed=seed)
    collection_id = workspace.add_collection("Small", collection.save)
    systems: list[dict[str, Any]] = [{"name": "Random order", "stage": "random"}]
    for number, noise in enumerate(noises):
        run_id = workspace.add_run(
            collection_id, f"run {number}", random_run(collection, seed, noise), {}
        )
        systems.append({"name": f"System {number}", "stage": "run", "run": run_id})
    about = {"name": "Sample", "collection": collection_id, "split": "test", "systems": systems}
    experiment_id = create(workspace, experiment_from_dict(about))
    run_experiment(workspace, experiment_id, Quiet())
    assert (collection_id, experiment_id) == ("small", "sample")
    record = workspace.experiment_folder(experiment_id) / "record.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"created": 1.7e9}))


@pytest.fixture
def two_people(workspace: Workspace) -> None:
    """Ana and Ben have the same ids, created at the same moment, and different data."""
    for claims, seed, noises in ((ANA, 1, (0.3, 1.0, 2.0)), (BEN, 2, (4.0, 0.5, 3.0))):
        other_sample(Workspace(open_folder(known(claims), workspace.folder)), seed, noises)


def everything(claims: dict[str, Any], page: str) -> str:
    """All that a page holds for somebody, charts and tables included, apart from chance ids."""
    app = sound(visit(claims, page, experiment="sample", systems="1,2", query="q1"))
    found = [text_of(app)]
    found += [str(each.value.to_csv()) for each in app.dataframe]
    found += [str(each.proto.spec) for each in app.get("plotly_chart")]
    found += [str(each.proto) for each in app.get("arrow_vega_lite_chart")]
    return "\n".join(found).replace(str(claims["name"]), "")


def forget_all() -> None:
    """Start with empty caches, as after a restart of the server."""
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.mark.parametrize("page", ["leaderboard", "compare", "query", "stages", "overview"])
@pytest.mark.usefixtures("two_people")
def test_nobody_is_shown_what_another_has_computed(page: str) -> None:
    alone = {}
    for claims in (ANA, BEN):
        forget_all()
        alone[claims["name"]] = everything(claims, page)
    assert alone["Ana"] != alone["Ben"], "the same page would prove nothing"
    forget_all()
    for claims in (ANA, BEN, ANA):
        assert everything(claims, page) == alone[claims["name"]]


@pytest.mark.usefixtures("two_people")
def test_the_test_above_would_notice_a_cache_that_people_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Nowhere:
        place = staticmethod(lambda: visitor.Place(Path("everybody")))

    forget_all()
    alone = everything(BEN, "leaderboard")
    forget_all()
    monkeypatch.setattr(kept, "visitor", Nowhere)
    everything(ANA, "leaderboard")
    assert everything(BEN, "leaderboard") != alone


def test_only_one_file_uses_the_caches_of_streamlit() -> None:
    users = {
        path.name
        for path in (Path(router.ROOT) / "components").rglob("*.py")
        if "st.cache_" in path.read_text("utf-8")
    }
    assert users == {"kept.py"}


def test_what_is_made_for_a_download_comes_from_where_it_was_offered(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = visitor.Place(workspace.folder / "ana"), visitor.Place(workspace.folder / "ben")
    monkeypatch.setattr(visitor, "person", lambda: None)
    later = []
    for place in (ana, ben):
        with visitor._at(place):
            later.append(visitor.bound(visitor.place))
    assert [act() for act in later] == [ana, ben]
    assert visitor.place() == visitor.Place(workspace.folder)
