"""Where the figures come from: the files behind an edition, and the observations behind its values."""

from pathlib import Path

import pandas as pd

from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register


@table()
def sources(observations: Path) -> pd.DataFrame:
    """The table ``sources``: the files behind the edition."""
    return query.run(
        "indicators/sources", observations=observations, sources=register("sources"), source_files=register("source_files")
    )


@table()
def used_observations(indicator_values: Path, observations: Path, derived_observations: Path, places: Path) -> pd.DataFrame:
    """The table ``used_observations``: what the indicator values rest on, row by row."""
    return query.run(
        "indicators/used_observations",
        constants=methodology()["areas"],
        indicator_values=indicator_values,
        observations=observations,
        derived_observations=derived_observations,
        places=places,
        indicators=register("indicators"),
        area_changes=register("area_changes"),
        derivations=register("derivations"),
    )
