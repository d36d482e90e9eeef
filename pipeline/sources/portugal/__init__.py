"""Readers of Portuguese publishers: INE, and what others compiled from it."""
