"""Prompts: templates that are filled in with texts, and known by a hash."""

import hashlib
import re


def fill(template: str, **texts: object) -> str:
    """Put texts into a template in place of `{name}`; braces within a text stay what they are."""
    return re.sub(r"\{(\w+)\}", lambda found: str(texts[found[1]]), template)


def marked(revision: str, *templates: str) -> str:
    """Give a revision that also names the prompts: another template gives other results."""
    text = "\0".join(templates)
    return f"{revision} prompt {hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"
