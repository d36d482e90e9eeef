"""Which municipalities form which Mexican metropolis.

Two delimitations, told apart by the file in the folder. 2020: *Metrópolis de México 2020* of SEDATU, CONAPO and
INEGI, 92 metropolises in three types, codes such as ``19.1.01`` whose middle digit is the type. 2018: *Sistema Urbano
Nacional*, of which only the 74 metropolitan zones are read (codes ``M19.01``, here ``MX-METRO-19.01``); its other
cities are made of localities, not of whole municipalities. A metropolis may reach into several states; its code
begins with that of its core.

The population printed beside each municipality is returned (2020: the census; 2018: CONAPO's projection, status E); a
metropolis's own figures are sums and are not.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import area_codes, municipality_areas, require_among
from pipeline.sources.reading import observations, read_delimited, require_columns, require_counts, require_files, to_numbers

DELIMITATION_2020 = "metropolis2020_municipios.csv"
DELIMITATION_2018 = "Base_SUN_2018.csv"
TYPES = {"1": "Zona metropolitana", "2": "Metrópoli municipal", "3": "Zona conurbada"}
ZONE_2020 = r"\d{2}\.[123]\.\d{2}"
ZONE_2018 = r"[MCP]\d{2}\.\d{2}"


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Membership and population of the municipalities, names and types of the metropolises."""
    if (Path(folder) / DELIMITATION_2018).is_file():
        return _read_2018(Path(folder) / DELIMITATION_2018, int(vintage))
    (path,) = require_files(Path(folder), DELIMITATION_2020)
    return _read_2020(path, int(vintage))


def _read_2020(path: Path, year: int) -> pd.DataFrame:
    table = read_delimited(path.read_bytes(), path)
    require_columns(table, ["CVE_ZONA", "NOM_ZM", "NOMGEO_COR", "TIPOMET", "CVEGEO", "POB1"], path)
    table["source_row"] = np.arange(2, len(table) + 2)
    _require_codes(table, "CVE_ZONA", ZONE_2020, path)
    require_among(table["TIPOMET"], TYPES.values(), path, 2)
    _refuse(table["CVE_ZONA"].str[3].map(TYPES) != table["TIPOMET"], table, "TIPOMET", "is not the type in the code", path)
    single = table["TIPOMET"].eq(TYPES["2"]) & table["CVE_ZONA"].duplicated()
    _refuse(single, table, "CVE_ZONA", "is a single municipality's metropolis with two municipalities", path)
    table["ref_area"] = municipality_areas(table["CVEGEO"], path, 2)
    texts = {"name": "NOMGEO_COR", "official_name": "NOM_ZM", "metropolis_type": "TIPOMET"}
    return _observations(table, table["CVE_ZONA"], texts, "POB1", "A", path, year)


def _read_2018(path: Path, year: int) -> pd.DataFrame:
    table = read_delimited(path.read_bytes(), path, encoding="latin-1")
    require_columns(table, ["CVE_MUN", "CVE_LOC", "CVE_SUN", "NOM_SUN", "POB_2018"], path)
    table["source_row"] = np.arange(2, len(table) + 2)
    _require_codes(table, "CVE_SUN", ZONE_2018, path)
    whole = table["CVE_SUN"].str.startswith("M")
    _refuse(whole != (table["CVE_LOC"] == ""), table, "CVE_LOC", "a metropolitan zone has no localities, others have", path)
    table["ref_area"] = area_codes(table["CVE_MUN"], path, 2)
    table = table[whole].reset_index(drop=True)
    if table.empty:
        raise SourceError(path, "holds no metropolitan zones", column="CVE_SUN")
    _refuse(table["CVE_MUN"].duplicated(), table, "CVE_MUN", "stands in two metropolitan zones", path)
    return _observations(table, table["CVE_SUN"].str[1:], {"name": "NOM_SUN"}, "POB_2018", "E", path, year)


def _observations(table, zones: pd.Series, texts: dict, people: str, status: str, path: Path, year: int) -> pd.DataFrame:
    table = table.assign(zone="MX-METRO-" + zones, source_file=path.name, time_period=year)
    for column in texts.values():
        first = table.groupby("zone")[column].transform("first")
        _refuse((table[column] != first) | (first.str.strip() == ""), table, column, "is not that of the metropolis", path)
    count = to_numbers(table[people], path, table["source_row"])
    require_counts(count["obs_value"].rename(people), path, table["source_row"])
    count["obs_status"] = count["obs_status"].where(count["obs_status"] == "O", status)
    metropolises = table.drop_duplicates("zone")
    metropolises = metropolises.assign(ref_area=metropolises["zone"])
    return observations(
        [
            table.assign(variable="metropolis", obs_text=table["zone"]),
            table.assign(variable="population", **count),
            *(metropolises.assign(variable=variable, obs_text=metropolises[column]) for variable, column in texts.items()),
        ]
    )


def _require_codes(table: pd.DataFrame, column: str, pattern: str, path: Path) -> None:
    _refuse(~table[column].str.fullmatch(pattern), table, column, "is not the code of a metropolis", path)


def _refuse(bad: pd.Series, table: pd.DataFrame, column: str, problem: str, path: Path) -> None:
    if bad.any():
        row = table[bad].iloc[0]
        raise SourceError(path, problem, row=row["source_row"], column=column, value=row[column])
