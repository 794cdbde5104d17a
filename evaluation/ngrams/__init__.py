"""N-grams of the corpus as identifiers of documents: an index of all of them, and their weights."""
