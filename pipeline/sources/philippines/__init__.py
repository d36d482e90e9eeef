"""Readers of the Philippine Statistics Authority."""
