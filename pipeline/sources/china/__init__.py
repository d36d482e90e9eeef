"""Readers of Chinese publishers, and of what others compiled of their figures."""
