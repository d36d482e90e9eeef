"""Which functions make the tables of an edition: ``@table`` marks them, ``made_tables`` finds them.

A function that is marked says all there is to say of a table: its name is the table's, its parameters are the tables
that it reads, its docstring is the description. The graph in ``assets/`` is made from this list.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import NamedTuple

import pipeline


class Made(NamedTuple):
    """One function, the tables that it returns, those that it reads, and the room that it stands in."""

    function: Callable
    names: tuple[str, ...]
    reads: tuple[str, ...]
    room: str


MADE: dict[str, Made] = {}
ROOMS = ("areas", "indicators", "matching", "scoring", "decisions", "editions")  # those that compute tables of an edition


def table(*names: str) -> Callable:
    """Mark a function that makes the table of its own name, or several tables of these names, from stored tables."""

    def mark(function: Callable) -> Callable:
        name = function.__name__
        if name in MADE and MADE[name].function.__module__ != function.__module__:
            raise ValueError(f"the table {name} is made in {MADE[name].function.__module__} and in {function.__module__}")
        reads = tuple(inspect.signature(function).parameters)
        MADE[name] = Made(function, names or (name,), reads, function.__module__.split(".")[1])
        return function

    return mark


def made_tables() -> list[Made]:
    """Every marked function of the rooms, by name."""
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if module.name.split(".")[1] in ROOMS:
            importlib.import_module(module.name)
    return [MADE[name] for name in sorted(MADE)]
