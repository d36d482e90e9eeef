"""What every room stands on: running a query, opening a container safely, where raw files lie, the errors, Markdown.

In and out: nothing; no statistic is computed here and no publisher is known. A function comes here when two rooms
that may not import each other need it.
"""
