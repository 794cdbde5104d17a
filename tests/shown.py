"""Driving the application without a browser, and reading what it shows."""

from typing import Any

from streamlit.testing.v1 import AppTest

from evaluation.workspace import ROOT

KINDS = (
    "title", "header", "subheader", "markdown", "caption", "text", "code", "error", "warning",
    "info", "success", "button", "metric", "toast",
)  # fmt: skip


def open_page(name: str, **query: str) -> AppTest:
    """Open a page of the application with the given selections in the address."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=20)
    app.query_params.update(query)
    app.switch_page(f"pages/{name}.py").run()
    return sound(app)


def address(app: AppTest, key: str) -> str:
    """What the address says under a key; "" for nothing."""
    value = app.query_params.get(key, "")
    return value if isinstance(value, str) else str(value[-1])


def sound(app: AppTest) -> AppTest:
    """Give the page back, after checking that it shows no exception."""
    if app.exception:
        raise AssertionError(app.exception[0].value)
    return app


def text_of(app: AppTest) -> str:
    """Everything that is written on the page, without the escapes of `safe.label`."""
    found = [_text(element) for kind in KINDS for element in app.get(kind)]
    return plain("\n".join(found))


def plain(text: str) -> str:
    """Text as it is seen: without the escapes of `safe.label`."""
    return text.replace("\\", "").replace("\u2060", "")


def elements(app: AppTest, kind: str) -> list[Any]:
    """All elements of a kind, in page order."""
    return list(app.get(kind))


def labels(app: AppTest, kind: str = "button") -> list[str]:
    """The labels of all elements of a kind, in page order."""
    return [str(getattr(element, "label", "")) for element in app.get(kind)]


def named(app: AppTest, kind: str, label: str) -> Any:
    """The one element of a kind with a label (or a label that begins so)."""
    pairs = zip(app.get(kind), labels(app, kind), strict=True)
    found = [element for element, known in pairs if known.startswith(label)]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} {kind} called {label!r}; there are {labels(app, kind)}")
    return found[0]


def _text(element: Any) -> str:
    try:
        value = element.value
    except (AttributeError, ValueError):
        value = ""
    label = getattr(element.proto, "label", "")
    return f"{label} {value}".strip()
