"""Readers of a Bolivian publisher: INE."""
