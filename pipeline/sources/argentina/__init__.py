"""Readers of Argentine publishers: INDEC and CEP XXI."""
