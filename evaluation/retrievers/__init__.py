"""Retrievers: from queries to a first ranking of the corpus."""
