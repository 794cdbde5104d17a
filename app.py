"""The front door: every visit passes through here, then on to a page."""

import streamlit as st

from components import router, server

app = st.App(__file__, routes=[server.HEALTH], lifespan=server.running)

if __name__ == "__main__":
    router.main()
