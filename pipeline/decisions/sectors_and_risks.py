"""What each area lives on, and what it has to reckon with (``docs/methodology.md`` 7)."""

from pathlib import Path

import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register


@table()
def key_sectors(indicator_values: Path, places: Path) -> pd.DataFrame:
    """The table ``key_sectors``: the location quotient of every sector of every area with sector data."""
    return query.run(
        "decisions/key_sectors",
        constants=methodology()["matching"] | methodology()["key_sectors"],
        indicator_values=indicator_values,
        places=places,
    )


@table()
def structural_risks(
    indicator_values: Path, key_sectors: Path, places: Path, observations: Path, area_members: Path
) -> pd.DataFrame:
    """The table ``structural_risks``: every risk with its percentile among the areas of the country and level, and its trend."""
    return query.run(
        "decisions/structural_risks",
        constants=methodology()["risks"],
        indicator_values=indicator_values,
        key_sectors=key_sectors,
        places=places,
        observations=observations,
        area_members=area_members,
        indicators=register("indicators"),
        sectors=register("sectors"),
        risk_rules=register("risks"),
    )
