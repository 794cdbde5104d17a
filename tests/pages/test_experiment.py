import pytest
from streamlit.testing.v1 import AppTest

from evaluation.experiment import experiment_from_yaml
from evaluation.jobs import Jobs
from evaluation.store import list_experiments, open_results
from evaluation.workspace import Workspace
from tests.inline_worker import no_worker, use_inline_worker
from tests.pages.experiment_page import draft_of, names, press, tick
from tests.shown import named, open_page, sound, text_of

Sample = tuple[Workspace, str, str]


@pytest.fixture
def page(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The experiment page over a workspace with a small collection, jobs done at once."""
    use_inline_worker(monkeypatch)
    return open_page("experiment", collection=sample[1])


def test_an_unknown_experiment_in_the_address_is_answered_with_a_sentence(sample: Sample) -> None:
    app = open_page("experiment", experiment="nothing")
    assert "There is no experiment called 'nothing'" in text_of(app)


def test_at_first_nothing_can_be_started_and_the_page_says_why(page: AppTest) -> None:
    assert "No system is chosen. Tick one, or build one." in text_of(page)
    assert named(page, "button", "Start").disabled


def test_ready_made_systems_and_uploaded_runs_are_ticked_in_and_out(page: AppTest) -> None:
    tick(tick(page, "BM25"), "noise 0.5")
    assert names(page) == ["BM25", "noise 0.5"]
    assert "In this experiment · 2 systems" in text_of(page).replace("**", "")
    tick(page, "BM25")
    assert names(page) == ["noise 0.5"]


def test_a_system_that_was_removed_can_be_put_back(page: AppTest) -> None:
    tick(tick(page, "BM25"), "noise 0.5")
    menu = next(menu for menu in page.menu_button if menu.help.startswith("Duplicate, move"))
    sound(menu.set_value("remove").run())
    assert names(page) == ["noise 0.5"]
    assert "BM25 was removed." in text_of(page)
    press(page, "Put back")
    assert names(page) == ["BM25", "noise 0.5"]
    assert "was removed." not in text_of(page)


def test_started_systems_give_results_on_the_same_page(page: AppTest, sample: Sample) -> None:
    workspace = sample[0]
    tick(tick(page, "BM25"), "noise 0.5")
    named(page, "text_input", "Name").set_value("My *first*").run()
    press(page, "Start")
    newest = list_experiments(workspace)[0]
    assert newest["name"] == "My *first*"
    assert newest["systems"] == ["BM25", "noise 0.5"]
    results = open_results(workspace, newest["id"])
    assert [result.state for result in results.systems] == ["done", "done"]
    rows = page.dataframe[0].value
    assert list(rows["System"]) == ["BM25", "noise 0.5"]
    expected = results.systems[0].stored_scores()["nDCG@10"].mean()
    assert rows["nDCG@10"][0] == pytest.approx(expected)
    assert "Means over all 8 queries; 2 of 2 systems." in text_of(page)
    assert page.query_params["job"]
    assert "experiment" not in page.query_params


def test_a_double_click_starts_one_experiment(
    page: AppTest, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.experiment_start.DOUBLE_CLICK_S", 60.0)
    tick(page, "BM25")
    before = len(list_experiments(sample[0]))
    press(page, "Start")
    press(page, "Start")
    assert len(list_experiments(sample[0])) == before + 1


def test_a_refresh_in_mid_run_shows_the_job_again(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    app = open_page("experiment", collection=sample[1])
    tick(app, "BM25")
    press(app, "Start")
    job_id = app.query_params["job"]
    again = open_page("experiment", job=job_id)
    assert "waiting" in text_of(again)
    press(again, "Cancel")
    assert Jobs(sample[0].jobs_file).get(job_id).state == "cancelled"
    press(again, "Close")
    assert "job" not in again.query_params


def test_a_job_of_another_kind_is_not_followed_here(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_worker(monkeypatch)
    job_id = Jobs(sample[0].jobs_file).submit("import", "Wiki", {})
    assert "Wiki" not in text_of(open_page("experiment", job=job_id))
    assert "no longer recorded" in text_of(open_page("experiment", job="gone"))


def test_what_is_cached_is_told_before_the_start(page: AppTest) -> None:
    tick(page, "Random order")
    shown = text_of(page)
    assert "Everything is cached: results at once" in shown  # the sample has run it
    assert "run cached" in shown
    tick(page, "BM25")
    shown = text_of(page)
    assert "Takes a few seconds" in shown
    assert "A rough figure" in shown
    assert "index computed now" in shown


def test_all_problems_are_listed_at_once(page: AppTest) -> None:
    text = (
        "collection: small\nsplit: test\nmeasures: [nDCX@10]\nbaseline: Gone\n"
        "systems:\n"
        "- {name: A, stage: run, run: lost}\n"
        "- {name: B, stage: weighted, weights: '1,2,3', inputs: [{stage: bm25}, {stage: random}]}\n"
        "- {name: C, stage: dense, model: ../../etc}\n"
    )
    load(page, text)
    shown = text_of(page)
    assert "There is no measure called 'nDCX'" in shown
    assert "A: There is no uploaded run called 'lost'" in shown
    assert "B: Weighted sum: there are 3 weights for 2 inputs." in shown
    assert "C: The model '../../etc' is neither" in shown
    assert named(page, "button", "Start").disabled


def load(app: AppTest, text: str) -> AppTest:
    named(app, "text_area", "or paste YAML").set_value(text).run()
    return press(app, "Load")


def test_a_whole_experiment_is_loaded_from_pasted_yaml(page: AppTest) -> None:
    text = (
        "name: Loaded\ncollection: small\nsplit: test\nmeasures: [AP]\nseed: 9\nbaseline: B\n"
        "systems:\n- {name: A, stage: bm25, k1: 1.5}\n- {name: B, stage: random}\n"
    )
    draft = draft_of(load(page, text))
    assert draft.experiment("Small") == experiment_from_yaml(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("collection: small\nsystems:\n- stage: bm52\n", "Line 3: There is no stage called 'bm52'"),
        ("collection: [\n", "The YAML text, line 2"),
        (
            "collection: nowhere\nsystems:\n- stage: bm25\n",
            "the collection 'nowhere', which is not",
        ),
    ],
)
def test_a_faulty_experiment_is_answered_and_the_draft_stays(
    text: str, answer: str, page: AppTest
) -> None:
    tick(page, "BM25")
    load(page, text)
    assert answer in text_of(page)
    assert names(page) == ["BM25"]


def test_an_experiment_is_loaded_from_a_file(page: AppTest) -> None:
    content = "collection: small\nsystems:\n- {name: From a file, stage: random}\n"
    sound(page.file_uploader[0].upload("x.yaml", content.encode("utf-8-sig")).run())
    assert names(page) == ["From a file"]
    sound(page.file_uploader[0].upload("x.yaml", b"\xff\xfe\x00").run())
    assert "not text in UTF-8" in text_of(page)


def test_a_copy_of_an_experiment_can_be_edited(sample: Sample) -> None:
    app = open_page("experiment", experiment=sample[2])
    assert names(app) == ["Random order", "noise-0-5", "noise-1-0", "noise-3-0"]
    assert draft_of(app).name == "Sample (copy)"
    tick(app, "BM25")
    app.run()
    assert names(app)[-1] == "BM25"


def test_the_draft_survives_a_look_at_another_page(page: AppTest) -> None:
    tick(page, "BM25")
    named(page, "text_input", "Name").set_value("Kept").run()
    page.switch_page("pages/overview.py").run()
    sound(page.switch_page("pages/experiment.py").run())
    assert names(page) == ["BM25"]
    assert named(page, "text_input", "Name").value == "Kept"


def test_clearing_empties_the_draft(page: AppTest) -> None:
    tick(page, "BM25")
    press(page, "Clear")
    assert names(page) == []
    assert draft_of(page).collection == "small"


def test_measures_are_ticked_typed_and_put_first(page: AppTest) -> None:
    box = next(b for b in page.checkbox if b.label.startswith("**P\\@"))
    assert "share of the first 10 hits" in box.label.replace("\\", "")
    sound(box.set_value(False).run())
    assert "P@10" not in draft_of(page).measures
    sound(named(page, "text_input", "Any other").set_value("AP(rel=2), nDCG@7").run())
    assert draft_of(page).measures[-2:] == ("AP(rel=2)", "nDCG@7")
    sound(named(page, "selectbox", "Shown first").set_value("nDCG@7").run())
    assert draft_of(page).measures[0] == "nDCG@7"


def test_an_unknown_measure_is_answered_with_a_sentence(page: AppTest) -> None:
    before = draft_of(page).measures
    sound(named(page, "text_input", "Any other").set_value("nDGC@10").run())
    assert "There is no measure called 'nDGC'. Did you mean 'nDCG'?" in text_of(page)
    assert draft_of(page).measures == before


def test_the_baseline_and_the_seed_go_into_the_experiment(page: AppTest) -> None:
    tick(tick(page, "BM25"), "Random order")
    sound(named(page, "selectbox", "Baseline").set_value(1).run())
    sound(named(page, "number_input", "Seed").set_value(7).run())
    experiment = draft_of(page).experiment("Small")
    assert experiment.baseline == "Random order"
    assert experiment.seed == 7
