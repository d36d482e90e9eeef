"""Runs a query that stands beside the Python of its room on given tables.

One thread only: DuckDB adds doubles in the order in which threads deliver them, and the last bits of a published number
must not depend on the machine.
"""

import itertools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import gettempdir

import duckdb
import pandas as pd
import pyarrow as pa

ROOMS = Path(__file__).resolve().parent.parent
MEMORY = "1GB"  # of a query; what does not fit goes to the temporary folder, so that a build needs 3 GB in all
NUMBERS = itertools.count()  # of the connections of this process
GREAT_CIRCLE = """create macro great_circle_km(latitude, longitude, other_latitude, other_longitude) as
    2 * 6371.0088 * asin(least(1, sqrt(pow(sin(radians(latitude - other_latitude) / 2), 2)
        + cos(radians(latitude)) * cos(radians(other_latitude)) * pow(sin(radians(longitude - other_longitude) / 2), 2))))"""
OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}  # a build asks no network


def connect(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database that gives the same results everywhere; queries call ``great_circle_km`` in degrees."""
    spilt = Path(gettempdir(), f"mirrors-{os.getpid()}-{next(NUMBERS)}")  # of this connection alone: DuckDB empties it at its end
    connection = duckdb.connect(config={"threads": threads, "memory_limit": MEMORY, "temp_directory": str(spilt), **OFFLINE})
    connection.execute("set enable_progress_bar = false")
    connection.execute(GREAT_CIRCLE)
    return connection


def run(name: str, *, constants: Mapping | None = None, connection=None, **tables: pd.DataFrame | Path) -> pd.DataFrame:
    """The result of ``<room>/<name>.sql``; each keyword names a table: a data frame, or the path of a Parquet file.

    Numbers in ``constants`` are the variables that the query reads with ``getvariable``.
    """
    database = connection or connect()
    for table, content in tables.items():
        source = database.read_parquet(str(content)) if isinstance(content, Path) else database.from_df(content)
        source.create_view(table)
    for key, value in (constants or {}).items():
        if isinstance(value, int | float):
            database.execute(f"set variable {key} = {value}")
    return database.execute(text(name)).df()


def text(name: str) -> str:
    """The query ``<room>/<name>.sql``."""
    return (ROOMS / f"{name}.sql").read_text(encoding="utf-8")


def union(paths: Iterable[Path]) -> pa.Table:
    """The rows of several Parquet files with the same columns, in the order given."""
    return connect().read_parquet([str(path) for path in paths]).to_arrow_table()
