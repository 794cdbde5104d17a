"""Measures: from a run and judgements to a value per query, and what the values prove."""
