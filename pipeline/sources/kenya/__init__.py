"""Readers of the Kenya National Bureau of Statistics."""
