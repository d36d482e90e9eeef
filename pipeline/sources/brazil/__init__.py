"""Readers of Brazilian publishers: IBGE, and what others compiled from it."""
