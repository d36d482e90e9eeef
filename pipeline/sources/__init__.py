"""From a publisher's files to observations: one reader a product, by country, and what readers share.

In: the files of ``data/raw/<source>/<vintage>/``. Out: a table of ``OBSERVATION_COLUMNS``, each row with its file and line.
A plain table is a specification (``plain_tables.py``), what is irregular a module. Estimates, and figures that need two
publishers, do not belong here.
"""
