"""A page for a test: hostile text in every sink that `components.safe` serves."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from components import safe

TEXTS = [
    "<script>window.__xss = 1</script>",
    "![x](http://evil.test/a.png)",
    "[a](javascript:alert(1))",
    ":red[hi] :streamlit: :material/home: :smile:",
    "$a^2$ -> <- -- a--b",
    "http://evil.test www.evil.test a@b.cd WWW.evil.test HTTPS://evil.test",
    "# head",
    "- item",
    "1. item",
    "> quote",
    "`code` *b* _i_ ~~s~~ **x**",
    "<img src=http://evil.test/b.png onerror='window.__xss = 1'>",
    "a | b | c",
    "&amp; &lt; &#60;",
    "\\* \\\\",
    "![][a] [a]: http://evil.test/c",
    "==x== ^y^ ~z~ <= >= != (c) (r) ...",
    "[a\\] \\[b] [",
    "ftp://a.b mailto:x@y.z [^1] [x]",
    "<iframe srcdoc='<script>parent.__xss = 1</script>'></iframe>",
]
SINKS = {
    "caption": "[data-testid=stCaptionContainer]",
    "title": "h1",
    "button": "[data-testid=stButton]",
    "metric label": "[data-testid=stMetricLabel]",
    "metric value": "[data-testid=stMetricValue]",
    "error": "[data-testid=stAlertContentError]",
    "checkbox": "[data-testid=stCheckbox]",
    "pills": "[data-testid=stButtonGroup] button",
    "badge": "[class*=st-key-nasty_badge]",
    "html": ".nasty",
}


def show() -> None:
    """Put every text into every sink."""
    for number, text in enumerate(TEXTS):
        shown = safe.label(text)
        st.caption(shown)
        st.title(shown)
        st.button(shown, key=f"button {number}")
        st.metric(shown, shown)
        st.error(shown)
        st.checkbox(shown, key=f"box {number}")
        st.pills("pills", [shown], key=f"pills {number}")
        with st.container(key=f"nasty_badge_{number}"):
            st.badge(safe.badge(text, 300))
        st.html(f"<div class='nasty'>{safe.marked(text, [(0, 2)])}</div>")


if __name__ == "__main__":
    show()
