"""Altitude, ruggedness and night light of Mexican municipalities, compiled from satellite grids.

Zonal statistics over the municipal boundaries of 2020: mean elevation and terrain ruggedness index (Riley) of GMTED2010
in metres, mean and sum of the annual NPP-VIIRS-like radiance of 2020. The altitude is that of the whole municipality,
not of its seat. The file's distance to the next city is not read: the index computes its own distances.
"""

from pathlib import Path

import pandas as pd

from pipeline.sources.municipal_tables import municipality_areas, numbers, open_parquet, require_within
from pipeline.sources.reading import observations, require_files, require_part, unpivot

SOURCE = "mx_terrain"
FILE = "vistaF_satelital.parquet"
ALTITUDE, OTHERS = ["elev_mean"], ["tri_mean", "ntl_mean", "ntl_sum"]
FIRST_ROW = 1
LOWEST, HIGHEST = -20, 5700  # metres: the Laguna Salada and the Citlaltépetl


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the compiled file; the vintage is the year of the night light."""
    (path,) = require_files(folder, FILE)
    frame = open_parquet(path, ["cvegeo", *ALTITUDE, *OTHERS])
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    values = numbers(frame, ALTITUDE + OTHERS, path, FIRST_ROW)
    require_within(values[ALTITUDE], path, FIRST_ROW, LOWEST, HIGHEST)
    require_within(values[OTHERS], path, FIRST_ROW)
    require_part(values["ntl_mean"], values["ntl_sum"], path, FIRST_ROW)
    return observations([unpivot(frame, SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)])
