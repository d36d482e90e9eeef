"""The edition as people get it: Parquet, CSV, DuckDB, workbook, metadata, dictionary; publishing and verifying it.

In: stored tables that passed every check. Out: ``data/processed/releases/<edition>/``. No figure is computed here.
"""
