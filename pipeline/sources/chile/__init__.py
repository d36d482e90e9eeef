"""Readers of Chilean publishers: INE, CEAD, MDS and SINIM."""
