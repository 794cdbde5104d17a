"""Test collections: documents, queries and judgements in one shape, whatever they came from."""
