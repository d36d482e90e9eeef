"""Readers of Statistics Canada."""
