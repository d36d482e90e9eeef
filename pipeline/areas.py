"""The areas of the index: which there are, where they lie, what they are part of."""

from pathlib import Path

import pandas as pd

from pipeline import geography, query
from schemas.catalogue import register

DERIVED = "derived"  # the source of what a build computes from several sources


def source_order() -> pd.DataFrame:
    """Sources in the order of ``sources.csv``: where two say the same thing of the same year, the first counts."""
    names = dict.fromkeys([DERIVED, *register("sources")["source"]])
    return pd.DataFrame({"source": list(names), "position": range(len(names))})


def places(observations: Path) -> pd.DataFrame:
    """The table ``places``."""
    registers = {name: register(name) for name in ("area_kinds", "area_concordance", "area_parents")}
    return query.run("places", observations=observations, source_order=source_order(), **registers)


def area_members(places: Path) -> pd.DataFrame:
    """The table ``area_members``."""
    return query.run("area_members", places=places)


def area_geography(observations: Path, places: Path) -> pd.DataFrame:
    """The table ``area_geography``: distances and climate of every place's point."""
    return geography.area_geography(observations, places)
