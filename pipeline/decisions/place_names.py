"""Every name that an area answers to, as a table: one index for the macros, the atlas and the command line."""

from pathlib import Path

import pandas as pd

from pipeline.decisions.area_names import with_names
from pipeline.foundation.tables import table


@table()
def place_names(reference_areas: Path) -> pd.DataFrame:
    """The table ``place_names``."""
    areas = pd.read_parquet(reference_areas, columns=["ref_area", "level", "country", "parent", "name"])
    areas = areas[areas["name"].notna()].sort_values("ref_area")
    named = with_names(areas.to_dict("records"))
    return pd.DataFrame(
        [(area["ref_area"], name) for area in named for name in sorted(area["names"])], columns=["ref_area", "name"]
    )
