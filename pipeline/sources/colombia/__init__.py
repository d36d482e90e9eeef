"""Readers of Colombian publishers: DANE and IGAC."""
