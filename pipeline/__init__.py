"""How the numbers are computed: a package, or room, for each step that data pass through once.

In order: foundation, retrieval, sources, observations, areas, indicators, matching and scoring, decisions, editions, site,
release. A room imports only rooms before it (a contract in ``pyproject.toml``), and each has its SQL beside its Python.
What belongs to a room, what comes in and what goes out is said in its ``__init__.py``.
"""
