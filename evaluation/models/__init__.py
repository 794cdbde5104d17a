"""Models: finding them, loading them, and turning texts into vectors. The only door to torch."""
