"""American Community Survey, five-year estimates of counties: data profiles DP02, DP03 and DP05 with columns renamed by
a compiler.

One row per county, counts without margins of error; sums of columns have status E. What is wrong with the file, and
what is done:

- ``total`` is not the population (``population`` is) and is not read.
- The header has no name for the first field, a row number.
- 82 rows hold only ``NA``: independent cities, San Francisco, Denver, most of Alaska, names with Saint or an accent.
  They stay, with status O.
- ``full_fips`` has lost its leading zero; five independent cities carry the code of the county of the same name:
  ``area_concordance.csv`` corrects them by name.
- Some names were encoded twice (``DoÃ±a Ana``): they are repaired.

Connecticut has its nine planning regions (09110 to 09190), not the counties it had until 2022. There are no
industries here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.census_tables import (
    ANNOTATIONS,
    STATES,
    county_areas,
    declared_areas,
    numbers_of,
    refuse,
    text_observations,
)
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    require_part,
    variables_of,
)

SOURCE = "us_census_acs_counties"
FIRST_ROW = 2
KEYS = ["name", "state", "state_fips", "full_fips"]
MISSING = ["NA", "N", "-", "**", "(X)", *ANNOTATIONS]
SUMS = {
    "population": ["population_male", "population_female"],
    "population_16_over": ["population_in_labor_force", "population_not_in_force"],
    "population_in_labor_force": ["labor_force_civilian", "labor_force_armed_forces"],
    "labor_force_civilian": ["labor_force_civilian_employed", "labor_force_civilian_unemployed"],
    "labor_force_civilian_employed": [
        "worker_class_private_wage_and_salary",
        "worker_class_government",
        "worker_class_self_employed",
        "worker_class_unpaid_family_workers",
    ],
    "educational_attainment_hs_or_higher": [
        "educational_attainment_hs_includes_equiv",
        "educational_attainment_college_no_degree",
        "educational_attainment_associate",
        "educational_attainment_bachelor_or_higher",
    ],
    "educational_attainment_bachelor_or_higher": ["educational_attainment_bachelor", "educational_attainment_graduate"],
}
PARTS = {
    "population": [
        "population_under_18",
        "population_16_over",
        "population_18_over",
        "population_65_over",
        "population_ethnicity_hispanis_or_latino",
        "place_of_birth_foreign",
        "population_with_health_insurance",
        "educational_attainment_hs_or_higher",
    ],
    "place_of_birth_foreign": ["foreign_born_birth_region_latin_america"],
    "total_households": ["households_with_a_computer", "households_with_internet"],
}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all counties, with their names."""
    (path,) = require_files(Path(folder), f"acs5y{vintage}_dp02_dp03_dp05_counties.csv")
    table = read_delimited(_with_whole_header(path.read_bytes()), path.name)
    variables = variables_of(SOURCE)
    wanted = {code for codes in variables["publisher_code"] for code in codes.split("+")}
    checked = {code for rule in (SUMS, PARTS) for whole, members in rule.items() for code in [whole, *members]}
    require_columns(table, [*KEYS, *sorted(wanted | checked)], path)
    areas = _areas(table, path)
    values = {code: numbers_of(table[code], path, FIRST_ROW, missing=MISSING, thousands=",") for code in sorted(wanted | checked)}
    _check(values, variables, path)
    place = {
        "ref_area": areas,
        "source_file": path.name,
        "source_row": np.arange(FIRST_ROW, len(table) + FIRST_ROW),
        "time_period": int(vintage),
    }
    names = table["name"].map(_repaired).str.rpartition(", ")[0] + ", " + table["state"]
    named = text_observations(names, "name", areas, path.name, place["source_row"], place["time_period"])
    return observations([*(_observed(values, row).assign(**place) for row in variables.itertuples()), named])


def _with_whole_header(content: bytes) -> bytes:
    """The file with a name for its first field, the row number, which the header leaves out."""
    return b'"row",' + content if content.startswith(b'"name",') else content


def _areas(table: pd.DataFrame, path: Path) -> pd.Series:
    """The area of each row: by its code, or by its name where the code is known to be wrong."""
    codes = table["full_fips"].str.zfill(5)
    declared = declared_areas(table["name"], SOURCE, path, FIRST_ROW, otherwise="US-" + codes)
    wrong = (codes.str[:2] != table["state_fips"].str.zfill(2)) | (codes.str[:2] != table["state"].map(STATES))
    refuse(wrong, table["full_fips"], path, FIRST_ROW, "is not a code of this state")
    corrected = declared.str.removeprefix("US-").rename("full_fips")
    return county_areas(corrected, path, FIRST_ROW)


def _repaired(name: str) -> str:
    """The name, decoded once more if it was encoded twice."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


def _check(values: dict[str, pd.Series], variables: pd.DataFrame, path: Path) -> None:
    """Counts are counts, parts add up to their wholes or lie within them, and what is not a count is positive."""
    means = set(variables.loc[~variables["additive"], "publisher_code"])
    for code, numbers in values.items():
        if code in means:
            refuse(numbers < 0, numbers, path, FIRST_ROW, "is negative")
        else:
            require_counts(numbers, path, FIRST_ROW)
    for whole, members in SUMS.items():
        found = sum(values[code] for code in members)
        refuse((found - values[whole]).abs() > 0, values[whole], path, FIRST_ROW, f"is not {' + '.join(members)}")
    for whole, members in PARTS.items():
        for code in members:
            require_part(values[code], values[whole], path, FIRST_ROW)


def _observed(values: dict[str, pd.Series], row) -> pd.DataFrame:
    codes = row.publisher_code.split("+")
    number = sum(values[code] for code in codes)
    status = np.where(number.isna(), "O", "A" if len(codes) == 1 else "E")
    return pd.DataFrame({"variable": row.variable, "obs_value": number, "obs_status": status})
