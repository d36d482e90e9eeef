"""Readers of Statistics Korea."""
