"""Models that write: the one at the configured endpoint, or a local one from a folder."""
