"""Feedback: a second search that learns from the first ranking."""
