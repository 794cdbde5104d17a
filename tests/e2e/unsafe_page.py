"""A page for a test: text that was not escaped, to see that the test of escaping can fail."""

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from components.content_policy import ContentPolicy
from tests.e2e.hostile_workspace import ATTACKS

if __name__ == "__main__":
    number = int(st.query_params.get("attack", "0"))
    st.html(f"<div>{ATTACKS[number]}</div>", unsafe_allow_javascript=True)
    st.markdown(ATTACKS[number], unsafe_allow_html=True)
else:
    app = st.App(__file__, middleware=[Middleware(ContentPolicy)])
