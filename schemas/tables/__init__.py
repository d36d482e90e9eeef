"""One pandera model per table that a build makes, by the room that makes it.

A table is the name of its class in lower case with underscores. ``unique`` in a model's Config is the primary key; docstring
and descriptions are published as they stand. Nothing is computed here.
"""
