"""The front door: every visit passes through here, then on to a page."""

if __name__ == "__main__":  # Streamlit runs this file for every visit ...
    from components import router

    router.main()
else:  # ... and imports it once, for the server that answers
    import streamlit as st
    from starlette.middleware import Middleware

    from components import server
    from components.content_policy import ContentPolicy

    app = st.App(
        __file__,
        middleware=[Middleware(ContentPolicy)],
        routes=[server.HEALTH],
        lifespan=server.running,
    )
