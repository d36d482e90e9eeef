"""Readers of Japanese publishers."""
