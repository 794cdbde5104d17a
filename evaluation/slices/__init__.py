"""Slices: kinds of queries, and where one system beats another among them."""
