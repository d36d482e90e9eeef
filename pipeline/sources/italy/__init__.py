"""Readers of Italian publishers: ISTAT and the Ministry of Economy and Finance."""
