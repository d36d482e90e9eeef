"""GeoNames: where the town of each French commune lies.

INSEE publishes no positions with its figures. GeoNames keeps INSEE's code of the commune beside each populated place
(fourth level), so the position and altitude of a commune are those of its seat, else of its most populous place; places
that are sections of another (PPLX) or given up count last. The file is that of ``geonames_towns``: places of 500 inhabitants
and more or seats of administration, extract of 5 March 2023. 174 of the 5,372 communes of 2,000 people and more have no
place in it, most of them with an apostrophe in their name, and remain without a position. The names and people of
communes are INSEE's and are not read.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.reading import observations, refuse_cells, require_files, require_unique
from pipeline.sources.world.geonames import PLACE, numbers_in, require_vintage, table_of

FILE = "cities500.txt"
COUNTRIES = ("FR", "GP", "GF", "MQ", "RE")  # the overseas départements that have communes of INSEE's census
CODE = r"(?:\d{2}|2[AB])\d{3}"
COLUMNS = ("latitude", "longitude", "dem")


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Latitude, longitude and altitude of the main place of every commune that has one."""
    (path,) = require_files(Path(folder), FILE)
    towns = table_of(path.read_bytes(), path.name, PLACE.split())
    require_unique(towns, ["geonameid"], path.name, 1)
    require_vintage(towns, path.name, vintage)
    people = pd.to_numeric(towns["population"], errors="coerce")
    refuse_cells(people.isna(), towns["population"], path.name, "is not a number", 1)
    wanted = towns["country_code"].isin(COUNTRIES)
    checked = towns.copy()
    checked[list(COLUMNS)] = towns[list(COLUMNS)].where(wanted, "0")  # what is not read is not checked
    base = pd.DataFrame({"source_row": np.arange(1, len(towns) + 1), "ref_area": "FR-" + towns["admin4_code"]})
    base = base.assign(source_file=path.name, time_period=int(vintage[:4]))
    kind = towns["feature_code"]
    order = np.select([kind.str.match("PPL[AC]"), kind == "PPL"], [0, 1], 2)
    known = base.assign(order=order, people=-people)[wanted & towns["admin4_code"].str.fullmatch(CODE)]
    rows = known.sort_values(["ref_area", "order", "people"], kind="stable").drop_duplicates("ref_area").index
    return observations([numbers_in(checked, base, column, path.name).loc[rows] for column in COLUMNS])
