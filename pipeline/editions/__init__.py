"""What an edition says of itself and of the one before: changes and their causes, reports, checks, tracing, reproduction.

In: the tables of two editions. Out: ``edition_changes``, ``mirror_changes``, ``validation``, CHANGES.md, the way of a value
back to its file.
"""
