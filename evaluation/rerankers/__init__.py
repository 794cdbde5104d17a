"""Rerankers: a new order for the candidates of another stage."""
