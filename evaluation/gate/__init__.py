"""A gate for continuous integration: has a system become worse than is allowed?"""
