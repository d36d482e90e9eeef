"""Readers of German publishers."""
