"""What commands print with: lines, tables, paths as short as they can be. What is said belongs to the commands."""

import csv
import sys
from pathlib import Path

from rich.console import Console

screen = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def print_table(cursor, wide: bool = False) -> None:
    """Print a query's result: a table on a terminal, CSV elsewhere; ``wide`` shows a person all columns and digits."""
    header = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    if wide or not sys.stdout.isatty():
        print_rows(header, [[_cell(value, 10) for value in row] for row in rows])
        return
    order = sorted(range(len(header)), key=lambda at: header[at].endswith("_area"))  # names before codes
    texts = [[_cell(row[at], 3) for at in order] for row in rows]
    header = [header[at] for at in order]
    widths = [max(len(text) for text in column) for column in zip(header, *texts, strict=True)]
    kept = len(fitting(widths, screen.width))
    print_rows(header[:kept], [row[:kept] for row in texts])
    if kept < len(header):
        errors.print(f"not shown, for want of room: {', '.join(header[kept:])}; --wide shows them", soft_wrap=True)


def fitting(widths: list[int], room: int) -> list[int]:
    """The first columns that fit side by side, two spaces apart; one at least."""
    used, kept = 0, []
    for width in widths:
        used += width + (2 if kept else 0)
        if kept and used > room:
            break
        kept.append(width)
    return kept


def _cell(value, digits: int) -> str:
    """A value as text; a number that is not whole with so many significant digits."""
    if isinstance(value, float):
        whole = digits > 3 or abs(value) < 10**digits
        return f"{value:.{digits}g}" if whole else f"{value:.0f}"
    return "" if value is None else str(value)


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
