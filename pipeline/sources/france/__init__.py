"""Readers of French publishers: INSEE, and what others compiled from it."""
