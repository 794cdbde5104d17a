"""Structures to search vectors in: exact, a graph, binary codes, product quantisation."""
