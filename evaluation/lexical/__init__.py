"""Terms of a corpus: how often they stand in its documents, and what weight that gives them."""
