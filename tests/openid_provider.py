"""A provider of OpenID Connect on this machine: discovery, login page, codes, signed tokens.

It is as strict as a real one where it matters: the client's secret, the address it sends people
back to, one use of each code, and the nonce in the signed token.
"""

import base64
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ranklab-test", "only-for-this-test"
PEOPLE = {
    "ana": {"name": "Ana <b>Ng</b>", "email": "ana@one.test", "email_verified": True},
    "ben": {"name": "Ben Ito", "email": "ben@one.test", "email_verified": True},
    "vera": {"name": "Vera Lund", "email": "vera@two.test", "email_verified": True},
    "eve": {"name": "Eve", "email": "eve@elsewhere.test", "email_verified": True},
}


@dataclass
class Provider:
    """What the provider knows: its key, and the codes it has given out."""

    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def about(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def accounts(self, asked: dict[str, str]) -> str:
        """The page on which people say who they are."""
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            self.faults.append(f"asked for a login as {asked}")
        links = [
            f'<p><a href="/choose?who={who}&{html.escape(urlencode(asked), quote=True)}">{who}</a>'
            for who in PEOPLE
        ]
        return f"<h1>Test provider</h1>{''.join(links)}"

    def choose(self, asked: dict[str, str]) -> str:
        """Give out a code; gives where to go with it."""
        code = secrets.token_hex(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """Exchange a code for a signed token, once."""
        given = authorization.removeprefix("Basic ")
        by_header = base64.b64encode(f"{quote(CLIENT)}:{quote(SECRET)}".encode()).decode()
        by_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return {"error": "invalid_grant"}
        if given != by_header and not by_form:
            return {"error": "invalid_client"}
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address,
            "sub": f"subject of {asked['who']}",
            "aud": CLIENT,
        }
        claims |= {"iat": now, "exp": now + 300, "nonce": asked["nonce"], **PEOPLE[asked["who"]]}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


class _Answer(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        """Discovery, keys, login page and the choice of an account."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        where = urlsplit(self.path).path
        if where == "/.well-known/openid-configuration":
            self._json(self.provider.about())
        elif where == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif where == "/authorize":
            self._send(200, "text/html", self.provider.accounts(asked))
        elif where == "/choose":
            self.send_response(302)
            self.send_header("Location", self.provider.choose(asked))
            self.end_headers()
        else:
            self._send(404, "text/plain", "nothing here")

    def do_POST(self) -> None:
        """The token."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(self.provider.token(form, self.headers.get("Authorization", "")))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _json(self, content: dict[str, Any]) -> None:
        self._send(400 if "error" in content else 200, "application/json", json.dumps(content))

    def _send(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())


@contextmanager
def providing() -> Iterator[Provider]:
    """Run the provider while the block runs."""
    provider = Provider()
    handler = type("Answer", (_Answer,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
