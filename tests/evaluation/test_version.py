import tomllib
from pathlib import Path

import pytest

from evaluation import version as module
from evaluation.environment import environment
from evaluation.version import _commit, revision, version
from tests.sources import text_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def forgotten() -> None:
    revision.cache_clear()


def test_the_version_is_that_of_the_project() -> None:
    assert version() == tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert environment()["ranklab"] == version()


def test_a_setting_names_the_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANKLAB_REVISION", "v1.2+dirty")
    assert revision() == "v1.2+dirty"


@pytest.mark.parametrize("given", ["", "  ", "<script>"])
def test_an_odd_revision_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    monkeypatch.setenv("RANKLAB_REVISION", given)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    assert revision() == ""


def test_a_repository_is_read_without_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert _commit(git) == ""
    (git / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    assert _commit(git) == COMMIT
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(f"{COMMIT[::-1]}\n")
    assert _commit(git) == COMMIT[::-1]
    (git / "HEAD").write_text(f"{COMMIT}\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.delenv("RANKLAB_REVISION", raising=False)
    assert revision() == COMMIT[:12]


def test_a_linked_worktree_shares_its_branches(tmp_path: Path) -> None:
    git = tmp_path / "main" / ".git"
    place = git / "worktrees" / "w"
    place.mkdir(parents=True)
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "w").write_text(COMMIT)
    (place / "HEAD").write_text("ref: refs/heads/w\n")
    (place / "commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / ".git").write_text(f"gitdir: {place}\n")
    assert _commit(tmp_path / "w" / ".git") == COMMIT
