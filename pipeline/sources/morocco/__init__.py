"""Readers of the Moroccan Haut-Commissariat au Plan."""
