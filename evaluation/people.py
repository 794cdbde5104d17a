"""Who works on a shared server: a person's number, role and folder.

What a login says about a person (its claims) becomes a number before it comes near a path.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from evaluation.errors import EvaluationError
from evaluation.files import write_json

Role = Literal["editor", "team", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
FOLDER = "people"  # below the server's workspace, one folder per person
RECORD = "person.json"


class NoAccessError(EvaluationError):
    """Somebody is not known, or may not work here."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in.

    Attributes:
        key: 32 hex digits, the same at every login; the name of the person's folder.
        name: what the provider calls the person; to be shown, never to be trusted.
        role: `editor` works in a workspace of their own, `team` works in the team's, which
            `viewer` looks at.
    """

    key: str
    name: str
    role: Role

    @property
    def viewer(self) -> bool:
        """Whether the person may look and change nothing."""
        return self.role == "viewer"

    def folder(self, base: Path) -> Path:
        """Give the folder of the workspace that the person works in; `base` is the team's."""
        return base / FOLDER / self.key if self.role == "editor" else base


def person_of(claims: Mapping[str, object], roles: Mapping[str, object]) -> Person:
    """Make out who is logged in, and as what.

    Args:
        claims: what the identity token says. Issuer and subject are the person (OpenID Connect
            Core 1.0, section 2); an e-mail address may change hands.
        roles: role by number, verified e-mail address, `*@domain` or `*`, the first of these that
            fits; everybody is an editor if it is empty.

    Raises:
        NoAccessError: the provider did not say who it is, or no role is meant for the person.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (issuer and subject and isinstance(issuer, str) and isinstance(subject, str)):
        raise NoAccessError(
            "The login did not say who you are (issuer and subject are missing). Ask who runs the "
            "server: the provider has to be one of OpenID Connect."
        )
    key = hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()[:32]
    name = next((str(claims[each]) for each in ("name", "email") if claims.get(each)), "No name")
    return Person(key, name[:100], _role(key, _address(claims), roles))


def _address(claims: Mapping[str, object]) -> str:
    """Give the e-mail address in lower case if the provider has verified it, else ""."""
    verified = claims.get("email_verified") is True
    return str(claims.get("email", "")).strip().lower() if verified else ""


def _role(key: str, address: str, roles: Mapping[str, object]) -> Role:
    given = {name.strip().lower(): role for name, role in roles.items()} or {"*": "editor"}
    domain = f"*@{address.rpartition('@')[2]}" if address else ""
    for name in (key, address, domain, "*"):
        if name in given:
            for role in ROLES:
                if given[name] == role:
                    return role
            break
    raise NoAccessError(
        f"You are logged in, but have no role on this server. Whoever runs it can give you one in "
        f"its secrets file; your number is {key}."
    )


def open_folder(person: Person, base: Path) -> Path:
    """Give a person's folder, made at the first visit; a record in it says whose it is."""
    folder = person.folder(base)
    if person.role == "editor" and not (folder / RECORD).exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / RECORD, {"name": person.name, "since": time.time()})
    return folder


def server_folder(folder: Path) -> Path:
    """Give the team's folder for any workspace folder of the same server."""
    return folder.parent.parent if folder.parent.name == FOLDER else folder


def folders_of_people(base: Path) -> list[Path]:
    """List the folders of all people of a server."""
    return sorted(path.parent for path in (base / FOLDER).glob(f"*/{RECORD}"))
