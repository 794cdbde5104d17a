import pytest
from streamlit.testing.v1 import AppTest

from evaluation.workspace import Workspace
from tests.inline_worker import no_worker, use_inline_worker
from tests.shown import address, named, open_page, sound, text_of
from tests.sliced import sliced_workspace

Sample = tuple[Workspace, str, str]


@pytest.fixture
def experiment(workspace: Workspace) -> str:
    return sliced_workspace(workspace)


def opened(experiment: str, **query: str) -> AppTest:
    return open_page("slices", experiment=experiment, systems="0,1", **query)


def table(app: AppTest) -> list[dict[str, object]]:
    rows = app.dataframe[0].value.to_dict("records")
    return [{str(name): cell for name, cell in row.items()} for row in rows]


def test_without_experiments_the_page_says_what_to_do(workspace: Workspace) -> None:
    assert "No experiments yet" in text_of(open_page("slices"))


def test_the_slice_where_a_system_is_better_is_found_and_the_others_are_not(
    experiment: str,
) -> None:
    app = opened(experiment)
    verdicts = {(row["Feature"], row["Slice"]): row["Verdict"] for row in table(app)}
    assert verdicts["Query length", "4 words"] == "▲ second better"
    assert verdicts["Query length", "1 word"] == "not separable"
    assert {slice_ for feature, slice_ in verdicts if feature == "era"} == {"old", "new"}
    text = text_of(app)
    assert "second worse in 0" in text
    assert "All queries are alike in: Relevant documents, Question form, Script." in text


def test_small_slices_are_shown_and_not_tested(workspace: Workspace) -> None:
    rows = table(open_page("slices", experiment=sliced_workspace(workspace, 16), systems="0,1"))
    assert {row["Verdict"] for row in rows} == {"too few queries"}
    assert all(row["p"] is None or row["p"] != row["p"] for row in rows)


def test_queries_that_are_all_alike_have_no_slices(sample: Sample) -> None:
    text = text_of(open_page("slices", experiment=sample[2], systems="0,1"))
    assert "No feature tells these queries apart" in text
    assert "Query length" in text


def test_slices_that_need_the_documents_are_made_once_by_a_job(
    experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_inline_worker(monkeypatch)
    app = opened(experiment)
    assert "Word overlap" not in {row["Feature"] for row in table(app)}
    named(app, "button", "Make these slices").click().run()
    features = {row["Feature"] for row in table(sound(app))}
    assert "Word overlap" in features
    assert "All queries are alike in: Relevant documents, Rarest term" in text_of(app)
    assert "Make these slices" not in text_of(app)
    assert "More slices can be made" not in text_of(opened(experiment))


def test_the_job_is_followed_while_it_waits(
    experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    app = opened(experiment)
    named(app, "button", "Make these slices").click().run()
    assert "Slices of Sliced" in text_of(sound(app))
    assert "Slices of Sliced" in text_of(opened(experiment))


def test_a_chosen_slice_lists_its_queries(experiment: str) -> None:
    app = opened(experiment)
    place = next(i for i, row in enumerate(table(app)) if row["Slice"] == "4 words")
    chosen = opened(experiment, slice=f"length.{place}")
    assert len(chosen.dataframe[1].value) == 12
    assert (chosen.dataframe[1].value["Δ"] > 0).all()
    assert "Query length: 4 words" in text_of(chosen)


def test_an_unknown_slice_in_the_address_is_answered(experiment: str) -> None:
    app = opened(experiment, slice="length.99")
    assert "The slice in the address is not among these" in text_of(app)


def test_the_measure_of_the_address_decides(experiment: str) -> None:
    app = opened(experiment, measure="P@1")
    assert "Δ P@1 by slice" in text_of(app)
    assert address(app, "experiment") == experiment
