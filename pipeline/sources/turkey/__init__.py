"""Readers of Turkish publishers."""
