"""Readers of publishers that cover many countries."""
