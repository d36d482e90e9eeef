"""Readers of Polish publishers."""
