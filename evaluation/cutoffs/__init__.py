"""Cut-offs: where a ranking should end."""
