"""Readers of Eurostat's regions and cities."""
