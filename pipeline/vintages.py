"""Which vintages publishers offer that the register does not know.

The seam to ``mirrors fetch``: asking a publisher is its business, and so is the network.
"""

from pathlib import Path


def new_vintages(data: Path) -> list[str]:
    """One line per source with a vintage that ``sources.csv`` does not list; none until ``mirrors fetch`` asks publishers."""
    return []
