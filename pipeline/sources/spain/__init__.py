"""Readers of Spanish publishers: INE and IGN."""
