"""INEGI's gross domestic product by state and activity, 2003 to 2024, in current and in constant pesos, compiled.

One row per year, state (``CVE_ENT``, 0 the nation) and activity; millions of pesos. Activities overlap: product, tax,
value added, three broad activities, sectors and groups of subsectors. The nation is the sum of the states.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.containers import gunzip
from pipeline.sources.municipal_tables import numbers, require_among
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_files,
    require_total,
    require_unique,
    variables_of,
)

SOURCE = "inegi_state_gdp"
FILE = "pib_estatal_2003_2024.csv.gz"
YEAR, STATE, ACTIVITY = "PERIODO", "CVE_ENT", "CLAVE_INDUSTRIA"
PRICES = {"VALOR_CORRIENTE": "current", "VALOR_CONSTANTE": "constant"}
TOTAL, NATION, STATES = "PIB", "0", 32
ROUNDING = 0.1  # millions of pesos over 32 states
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the states and the nation, every year up to the vintage's."""
    (path,) = require_files(folder, FILE)
    frame = read_delimited(gunzip(path), path)
    require_columns(frame, [YEAR, STATE, ACTIVITY, *PRICES], path)
    require_unique(frame, [YEAR, STATE, ACTIVITY], path, FIRST_ROW)
    require_among(frame[STATE], [str(code) for code in range(STATES + 1)], path, FIRST_ROW)
    values = numbers(frame, [YEAR, *PRICES], path, FIRST_ROW)
    _check_nation(frame, values, path)
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    require_among(frame[ACTIVITY], {code.split(" ", 1)[1] for code in names.index}, path, FIRST_ROW)
    keys = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": FIRST_ROW + frame.index,
            "ref_area": "MX" + ("-" + frame[STATE].str.zfill(2)).where(frame[STATE] != NATION, ""),
            "time_period": values[YEAR].astype("int32"),
        }
    )
    kept = values[YEAR] <= int(vintage)
    parts = [
        keys.assign(variable=(f"{prices} " + frame[ACTIVITY]).map(names), obs_value=values[column], obs_status="A")[kept]
        for column, prices in PRICES.items()
    ]
    return observations(parts)


def _check_nation(frame: pd.DataFrame, values: pd.DataFrame, path: Path) -> None:
    """The states give the nation, in current pesos every year."""
    product = frame[ACTIVITY] == TOTAL
    whole = values[product & (frame[STATE] == NATION)].set_index(YEAR)["VALOR_CORRIENTE"]
    found = values[product & (frame[STATE] != NATION)].groupby(YEAR)["VALOR_CORRIENTE"].sum()
    for year in whole.index.intersection(found.index):
        require_total(path, f"product of {year:.0f}", found[year], whole[year], ROUNDING)
