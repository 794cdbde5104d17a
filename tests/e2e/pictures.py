"""The pictures in the README, taken from the real application over the demo (`make pictures`)."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from evaluation.collections.demo import install_demo
from evaluation.experiment import experiment_from_yaml
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import ROOT, Workspace
from tests.e2e import chromium
from tests.e2e.browsing import screenshot, visit, visiting
from tests.e2e.server import serving

Options = dict[str, object]
FOLDER = ROOT / "data" / "pictures"
EXPERIMENT = """
name: SciFact, first look
collection: scifact
split: test
systems:
  - {name: BM25, stage: bm25}
  - {name: MiniLM, stage: dense}
  - name: BM25 + MiniLM
    stage: rrf
    inputs: [{stage: bm25}, {stage: dense}]
  - name: Reranked
    stage: maxsim
    inputs: [{stage: bm25}]
  - {name: Random order, stage: random}
"""
DESK: Options = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
PHONE: Options = {
    "viewport": {"width": 400, "height": 860},
    "color_scheme": "light",
    "is_mobile": True,
}


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the address it shows (`{id}` is the experiment), for which screen."""

    name: str
    address: str
    options: Options = field(default_factory=lambda: DESK)


PICTURES = (
    Picture("leaderboard", "/leaderboard?experiment={id}"),
    Picture("leaderboard-dark", "/leaderboard?experiment={id}", DESK | {"color_scheme": "dark"}),
    Picture("leaderboard-phone", "/leaderboard?experiment={id}", PHONE),
    Picture("compare", "/compare?experiment={id}&systems=0,1"),
    Picture("query", "/query?experiment={id}&systems=0,1,2"),
    Picture("methods", "/methods"),
)


def main() -> None:
    """Run an experiment on the demo in a workspace of its own and take every picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace((folder / "workspace").resolve())
        workspace.folder.mkdir()
        install_demo(workspace)
        experiment_id = create(workspace, experiment_from_yaml(EXPERIMENT))
        run_experiment(workspace, experiment_id, Quiet())
        with (
            serving(workspace.folder, folder / "server.log") as server,
            sync_playwright() as playwright,
            chromium.launch(playwright) as browser,
        ):
            for picture in PICTURES:
                with visiting(browser, server, **picture.options) as page:
                    visit(page, picture.address.format(id=experiment_id))
                    _at_rest(page)
                    print(screenshot(page, picture.name, FOLDER))


def _at_rest(page: Page) -> None:
    """Wait until charts and fonts are drawn; there is no sign for that to wait for."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
