"""Feedback: ask an index again with a query that was changed."""
