"""Readers of British publishers: the Office for National Statistics."""
