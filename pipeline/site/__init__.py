"""The atlas: the static bilingual site of a release, one module per kind of page.

In: the Parquet files of a release. Out: ``site/``. Nothing is computed here that is not in a table.
"""
