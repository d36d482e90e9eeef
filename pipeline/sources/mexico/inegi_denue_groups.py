"""Establishments by Mexican municipality (2,478) in four groups, compiled from INEGI's directory of 2026.

Trade, services, industry and food add up to all establishments. The compiler does not say what ``alimentos`` holds; it
moves with SCIAN sector 72 from municipality to municipality (correlation 0.995 with 2019). ``empleo`` is the compiler's
estimate from the size class of each establishment and has status E. The compiler's scores (resilience, indicators) are
not read.
"""

from pathlib import Path

import pandas as pd

from pipeline.sources.municipal_tables import municipality_areas, numbers, open_csv, require_equal
from pipeline.sources.reading import observations, require_counts, require_files, unpivot

SOURCE = "inegi_denue_groups"
TOTAL, EMPLOYMENT = "n_estab", "empleo"
GROUPS = ["comercio", "servicios", "industria", "alimentos"]
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the compiled file; the vintage is the year of the directory."""
    (path,) = require_files(folder, f"denue_{vintage}_groups_by_municipality.csv")
    frame = open_csv(path, ["cvegeo", TOTAL, EMPLOYMENT, *GROUPS])
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    values = numbers(frame, [TOTAL, EMPLOYMENT, *GROUPS], path, FIRST_ROW)
    for name in values:
        require_counts(values[name], path, FIRST_ROW)
    require_equal(values[GROUPS].sum(axis=1), values[TOTAL], path, FIRST_ROW)
    table = unpivot(frame, SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)
    estimated = (table["variable"] == "employed_estimated") & table["obs_value"].notna()
    return observations([table.assign(obs_status=table["obs_status"].mask(estimated, "E"))])
