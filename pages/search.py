"""Search."""

from components import router

router.guard()

from components import shell  # noqa: E402

with shell.head("Search"):
    pass
