"""Where people live and where they work, by municipality: the sample questionnaire of INEGI's census of 2020, compiled.

The file holds one row per pair of municipality of residence and of work with the people who commute between them. Read
are four sums per municipality: residents in work with a known municipality of work, people who work there, and those
who commute in and out. All are estimates of the sample (status E); those who work abroad or did not say where are not
among them, so residents are about 0.87 of the census's employed. La Magdalena Tlaltelulco (29048) and two younger
municipalities are not in the sample's tables.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.containers import gunzip
from pipeline.sources.municipal_tables import area_codes, numbers
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    require_total,
    require_unique,
    stack,
)

SOURCE = "inegi_commuting"
FILE = "labour_commuting_2020_long.csv.gz"
HOME, WORK, PEOPLE = "residence", "workplace", "people"
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the matrix's margins; the vintage is the year of the census."""
    (path,) = require_files(folder, FILE)
    frame = read_delimited(gunzip(path), path)
    require_columns(frame, [HOME, WORK, PEOPLE], path)
    require_unique(frame, [HOME, WORK], path, FIRST_ROW)
    pairs = pd.DataFrame({name: area_codes(frame[name], path, FIRST_ROW) for name in (HOME, WORK)})
    pairs[PEOPLE] = numbers(frame, [PEOPLE], path, FIRST_ROW)[PEOPLE]
    require_counts(pairs[PEOPLE], path, FIRST_ROW)
    sums = _margins(pairs)
    require_total(path, "commuters in", sums["workers_commuting_in"].sum(), sums["workers_commuting_out"].sum())
    rows = pd.concat([pairs[HOME], pairs[WORK]]).drop_duplicates()
    first = pd.Series(FIRST_ROW + rows.index.to_numpy(), index=rows.to_numpy()).reindex(sums.index)
    return observations(
        [stack(sums.reset_index(drop=True), pd.Series(sums.index), path.name, first.to_numpy(), int(vintage), tuple(sums))]
    )


def _margins(pairs: pd.DataFrame) -> pd.DataFrame:
    at_home = pairs[HOME] == pairs[WORK]
    residents, workers = (pairs.groupby(name)[PEOPLE].sum() for name in (HOME, WORK))
    own = pairs[at_home].groupby(HOME)[PEOPLE].sum()
    areas = residents.index.union(workers.index).rename("ref_area")
    residents, workers, own = (part.reindex(areas, fill_value=0) for part in (residents, workers, own))
    return pd.DataFrame(
        {
            "workers_resident": residents,
            "workers_working_here": workers,
            "workers_commuting_in": workers - own,
            "workers_commuting_out": residents - own,
        }
    ).astype("float64")
