"""What commands print with: lines, tables, paths as short as they can be. What is said belongs to the commands."""

import csv
import sys
from pathlib import Path

from rich.console import Console

screen = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def print_table(cursor) -> None:
    """Print a query's result: a table on a terminal, CSV elsewhere."""
    header = [column[0] for column in cursor.description]
    rows = [
        ["" if cell is None else f"{cell:.10g}" if isinstance(cell, float) else str(cell) for cell in row]
        for row in cursor.fetchall()
    ]
    print_rows(header, rows)


def print_rows(header, rows) -> None:
    """Print rows: a table on a terminal, CSV elsewhere."""
    if not sys.stdout.isatty():
        csv.writer(sys.stdout).writerows([header, *rows])
        return
    from rich.table import Table

    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    screen.print(table)


def shown(path: Path) -> Path:
    """The path as people read it: from the folder they are in, if it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
