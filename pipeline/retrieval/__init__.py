"""From a publisher's address to a verified file: the only room that uses the network or a clock.

In: ``schemas/downloads.csv``. Out: files in ``data/raw/<source>/<vintage>/`` with their provenance beside the folder.
What a figure in a file means does not belong here.
"""
