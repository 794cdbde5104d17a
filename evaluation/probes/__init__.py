"""Probe collections: queries made from the documents themselves, which nobody has to judge."""
