"""Readers of the Census of India."""
