"""Ordering passages by asking a language model about a few of them at a time."""
