"""Public finances of Mexican municipalities, compiled from INEGI's EFIPEM: revenue, transfers, own revenue, spending.

Amounts in pesos of the year. The file holds the municipalities that reported (2,250 in 2020); none of Mexico City's
boroughs, and gaps are mostly in Puebla, Chiapas and Oaxaca. Revenue and expenditure are equal by the accounting rule of
the statistics and say nothing of a deficit. Empty own revenue or investment is missing, not zero. The file's ratios are
checked, not read.
"""

from pathlib import Path

import pandas as pd

from pipeline.sources.municipal_tables import (
    municipality_areas,
    numbers,
    open_parquet,
    require_equal,
    require_within,
)
from pipeline.sources.reading import observations, require_files, require_part, unpivot

SOURCE = "mx_municipal_finance"
REVENUE, SPENDING, INVESTMENT = "ingresos_tot", "egresos_tot", "inversion_publica"
TRANSFERS, OWN = ["participaciones", "aportaciones"], "ingresos_propios"
DEPENDENCE = "dep_transferencias_pct"
FIRST_ROW = 1


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the compiled file; the vintage is the fiscal year."""
    (path,) = require_files(folder, f"finanzas_mun_{vintage}.parquet")
    columns = [REVENUE, SPENDING, INVESTMENT, *TRANSFERS, OWN, DEPENDENCE]
    frame = open_parquet(path, ["cvegeo", *columns])
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    values = numbers(frame, columns, path, FIRST_ROW)
    require_within(values, path, FIRST_ROW)
    parts = values[[*TRANSFERS, OWN]].sum(axis=1).rename(" + ".join([*TRANSFERS, OWN]))
    require_part(parts, values[REVENUE], path, FIRST_ROW)
    require_part(values[INVESTMENT], values[SPENDING], path, FIRST_ROW)
    dependence = 100 * values[TRANSFERS].sum(axis=1) / values[REVENUE]
    require_equal(dependence, values[DEPENDENCE], path, FIRST_ROW, tolerance=1e-6)
    return observations([unpivot(frame, SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)])
