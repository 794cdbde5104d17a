"""Cut-offs: how much of a ranking is kept."""
