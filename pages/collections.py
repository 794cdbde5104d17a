"""Collections: which are there, what is in one, and how to add another."""

from components import router

router.guard()

from components import collection_detail, collection_import, collection_list, state  # noqa: E402

if state.here("add"):
    collection_import.show_import()
elif state.here("collection"):
    collection_detail.show_collection(state.here("collection"))
else:
    collection_list.show_collections()
