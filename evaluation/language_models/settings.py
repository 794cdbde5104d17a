"""The endpoint that this server may ask: named by its settings, never by a visitor."""

import base64
import hashlib
import math
import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from evaluation.errors import ModelError
from evaluation.language_models.base import ENDPOINT
from evaluation.stage import Stage

URL, MODEL, KEY = "RANKLAB_ENDPOINT_URL", "RANKLAB_ENDPOINT_MODEL", "RANKLAB_ENDPOINT_KEY"
TIMEOUT, PARALLEL = "RANKLAB_ENDPOINT_TIMEOUT", "RANKLAB_ENDPOINT_PARALLEL"
PRICE_IN, PRICE_OUT = "RANKLAB_ENDPOINT_PRICE_IN", "RANKLAB_ENDPOINT_PRICE_OUT"
SHORTEST = 4  # letters of a secret; starring out a shorter one would tear texts apart
MISSING = (
    f"No language model is configured on this server. Start it with {URL} and {MODEL} set, "
    "or choose a local model."
)


@dataclass(frozen=True)
class Settings:
    """An interface to a language model that speaks the protocol of OpenAI.

    Attributes:
        url: its base, for instance `http://localhost:8000/v1`; may hold secrets of its own.
        model: name of the model there.
        key: secret; in no record, log, message or key of a cache.
        timeout_s: how long a reply may take.
        parallel: how many requests are under way at once.
        price_in: of a million tokens sent, in any currency.
        price_out: of a million tokens written.
    """

    url: str = field(repr=False)
    model: str
    key: str = field(default="", repr=False, compare=False)
    timeout_s: float = 60.0
    parallel: int = 4
    price_in: float = 0.0
    price_out: float = 0.0

    @property
    def revision(self) -> str:
        """Name what answers: the model, and a hash of where it is (without user and password)."""
        place = re.sub(r"//[^/]*@", "//", self.url).partition("?")[0].rstrip("/")
        return f"{self.model} {hashlib.blake2b(place.encode(), digest_size=4).hexdigest()}"

    def without_secrets(self, text: str) -> str:
        """Give a text of the server with the key, and all secrets of the address, starred out.

        Also where it repeats them as they were sent: quoted for an address, or in base 64.
        """
        for secret in self._secrets():
            text = text.replace(secret, "***")
        return text

    def _secrets(self) -> list[str]:
        """List the secrets in all forms, the longest first."""
        parts = urlsplit(self.url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        values = [value for _, value in parse_qsl(parts.query)]
        plain = {self.key, password, f"{user}:{password}", *values}
        forms = {form for secret in plain if len(secret) >= SHORTEST for form in _forms(secret)}
        return sorted(forms, key=len, reverse=True)


def endpoint() -> Settings | None:
    """Read the endpoint from the settings; None where none is configured."""
    url, model = (os.environ.get(name, "").strip() for name in (URL, MODEL))
    if not url or not model:
        return None
    return Settings(
        url,
        model,
        os.environ.get(KEY, "").strip(),
        _number(TIMEOUT, 60.0) or 60.0,
        max(1, int(_number(PARALLEL, 4.0))),
        _number(PRICE_IN, 0.0),
        _number(PRICE_OUT, 0.0),
    )


def configured() -> Settings:
    """Give the endpoint. Raises ModelError where none is configured, or its address is none."""
    found = endpoint()
    if found is None:
        raise ModelError(MISSING)
    fault = _address_fault(found.url)
    if fault:
        raise ModelError(fault)
    return found


def lacking(stage: Stage) -> str:
    """Say why a stage cannot ask the language model it names; "" if it can, or asks none."""
    if stage.needs != "a language model" or stage.parameters().get("model") != ENDPOINT:
        return ""
    found = endpoint()
    return MISSING if found is None else _address_fault(found.url)


def _forms(secret: str) -> set[str]:
    coded = base64.b64encode(secret.encode()).decode()
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {secret, *quoted, coded, coded.rstrip("=")}


def _address_fault(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        fine = False
    return "" if fine else f"{URL} is no web address. Set it to one such as http://localhost/v1."


def _number(name: str, otherwise: float) -> float:
    """Read a setting of at least 0; what is no such number counts as not set."""
    try:
        value = float(os.environ.get(name, ""))
    except ValueError:
        return otherwise
    return value if value >= 0 and math.isfinite(value) else otherwise
