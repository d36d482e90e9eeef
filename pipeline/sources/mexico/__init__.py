"""Readers of Mexican sources. Formulas do not belong here."""
