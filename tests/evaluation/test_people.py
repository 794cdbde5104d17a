import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.backup import back_up, restore
from evaluation.jobs import Jobs
from evaluation.people import (
    NoAccessError,
    folders_of_people,
    open_folder,
    person_of,
    server_folder,
)
from evaluation.progress import SILENT
from evaluation.workspace import Workspace
from tests.sample import sample_workspace

ANA = {"iss": "https://id.test", "sub": "1", "name": "Ana", "email": "Ana@One.test"}
VERIFIED = ANA | {"email_verified": True}


def test_everybody_who_logs_in_has_a_workspace_of_their_own(tmp_path: Path) -> None:
    person = person_of(ANA, {})
    folder = open_folder(person, tmp_path)
    assert person.role == "editor"
    assert folder == tmp_path / "people" / person.key
    assert json.loads((folder / "person.json").read_text())["name"] == "Ana"
    assert folders_of_people(tmp_path) == [folder]
    assert server_folder(folder) == server_folder(tmp_path) == tmp_path


@pytest.mark.parametrize("nasty", ["../../etc", "a/b", "", "\x00", "." * 300, "ÄÖ 漢字 <b>"])
def test_nothing_that_a_provider_says_becomes_a_path(nasty: str, tmp_path: Path) -> None:
    claims = {"iss": "https://id.test/" + nasty, "sub": nasty + "x", "name": nasty, "email": nasty}
    folder = open_folder(person_of(claims, {}), tmp_path)
    assert folder.parent == tmp_path / "people"
    assert len(folder.name) == 32
    assert set(folder.name) <= set("0123456789abcdef")


def test_a_person_is_the_issuer_and_the_subject_and_nothing_else() -> None:
    key = person_of(ANA, {}).key
    assert person_of(ANA | {"email": "new@one.test", "name": "Dr Ana"}, {}).key == key
    assert person_of(ANA | {"sub": "2"}, {}).key != key
    assert person_of(ANA | {"iss": "https://other.test"}, {}).key != key
    # the border between the two cannot be moved
    one = {"iss": 'https://id.test", "', "sub": "1"}
    other = {"iss": "https://id.test", "sub": '", "1'}
    assert person_of(one, {}).key != person_of(other, {}).key


@pytest.mark.parametrize(
    "claims",
    [{}, {"iss": "https://id.test"}, {"sub": "1"}, {"iss": "", "sub": ""}, {"iss": 1, "sub": 2}],
)
def test_a_login_that_does_not_say_who_it_is_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(NoAccessError, match="did not say who you are"):
        person_of(claims, {})


def test_the_most_exact_role_counts() -> None:
    key = person_of(ANA, {}).key
    roles = {"*": "viewer", "*@one.test": "editor", "ana@one.test": "team"}
    assert person_of(VERIFIED, roles).role == "team"
    assert person_of(VERIFIED, roles | {key: "viewer"}).role == "viewer"
    assert person_of(VERIFIED | {"email": "ben@one.test"}, roles).role == "editor"
    assert person_of(VERIFIED | {"email": "eve@two.test"}, roles).role == "viewer"


@pytest.mark.parametrize("said", [None, False, "true", 1])
def test_an_address_that_the_provider_has_not_verified_gives_no_role(said: object) -> None:
    roles = {"ana@one.test": "team", "*@one.test": "team", "*": "viewer"}
    assert person_of(ANA | {"email_verified": said}, roles).role == "viewer"


@pytest.mark.parametrize("roles", [{"ben@one.test": "editor"}, {"*": "none"}, {"*": "admin"}])
def test_whoever_has_no_role_is_told_the_number_to_ask_with(roles: dict[str, str]) -> None:
    key = person_of(ANA, {}).key
    with pytest.raises(NoAccessError, match=key):
        person_of(VERIFIED, roles)


def test_team_and_viewers_share_the_servers_own_workspace(tmp_path: Path) -> None:
    for role in ("team", "viewer"):
        person = person_of(ANA, {"*": role})
        assert open_folder(person, tmp_path) == tmp_path
        assert person.viewer == (role == "viewer")
    assert not (tmp_path / "people").exists()


def test_a_backup_of_the_server_holds_the_workspaces_of_all_people(tmp_path: Path) -> None:
    sample_workspace(tmp_path / "server")
    for subject in ("1", "2"):
        folder = open_folder(person_of(ANA | {"sub": subject}, {}), tmp_path / "server")
        workspace, collection_id, _ = sample_workspace(folder)
        workspace.rename_collection(collection_id, f"Of {subject}")
        Jobs(workspace.jobs_file).submit("import", subject, {})
    back_up(Workspace(tmp_path / "server"), tmp_path / "all.tar.gz", cache=False, progress=SILENT)
    restore(tmp_path / "all.tar.gz", tmp_path / "again", SILENT)
    found = {}
    for folder in folders_of_people(tmp_path / "again"):
        workspace = Workspace(folder)
        found[workspace.collections()[0].name] = Jobs(workspace.jobs_file).live()[0].title
    assert found == {"Of 1": "1", "Of 2": "2"}
    assert [each.name for each in Workspace(tmp_path / "again").collections()] == ["Small"]
