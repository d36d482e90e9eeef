"""Readers of Peruvian publishers: INEI and MINAM."""
