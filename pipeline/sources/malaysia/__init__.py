"""Readers of the Department of Statistics Malaysia."""
