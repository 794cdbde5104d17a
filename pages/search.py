"""What do several systems answer to any query that I type?"""

from components import router

router.guard()

import streamlit as st  # noqa: E402

from components import shell  # noqa: E402
from components.search_answers import answers  # noqa: E402
from components.search_form import ask  # noqa: E402
from components.search_results import show_answers  # noqa: E402
from components.search_systems import searchable  # noqa: E402

with shell.head("Search", "Type any query and see what several systems answer, side by side."):
    pass

known = searchable()
if not known:
    shell.empty(
        "Nothing to search yet",
        "Searching needs a collection with documents. Run files alone cannot answer new queries.",
        {"collections": "Bring a collection", "overview": "See the ways to start"},
    )
    st.stop()

search = ask(known)
found = answers(search) if search else None
if search and found:
    show_answers(search, found)
