from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.errors import GONE
from evaluation.workspace import Workspace
from tests.shown import plain


def page(path: str) -> AppTest:
    """A page that opens a file."""

    def script(path: str) -> None:
        from pathlib import Path

        from components import errors

        with errors.shown():
            Path(path).read_text()

    return AppTest.from_function(script, kwargs={"path": path}).run()


def test_a_file_of_the_workspace_that_is_gone_is_a_sentence(workspace: Workspace) -> None:
    app = page(str(workspace.folder / "collections" / "a" / "record.json"))
    assert [plain(error.value) for error in app.error] == [GONE]
    assert not app.exception


@pytest.mark.usefixtures("workspace")
def test_another_file_that_is_missing_is_a_fault_of_ours(tmp_path: Path) -> None:
    app = page(str(tmp_path / "elsewhere"))
    assert len(app.exception) == 1
    assert not app.error
