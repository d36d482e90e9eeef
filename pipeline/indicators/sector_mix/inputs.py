"""The observations of the sector mix as arrays: one row per Mexican municipality, one column per code or group.

A code is what the directory tells apart: a manufacturing subsector of three digits, else a SCIAN sector of two. Estimates
do not belong here.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation import query

GROUPS = ("primary", "construction", "manufacturing", "trade", "services")
FACTORIES = (
    "311", "312", "313", "314", "315", "316", "321", "322", "323", "324", "325", "326", "327", "331", "332", "333", "334",
    "335", "336", "337", "339",
)  # fmt: skip
CODES = (
    "11", "21", "22", "23", *FACTORIES, "43", "46", "48", "49", "51", "52", "53", "54", "55", "56", "61", "62", "71", "72",
    "81",
)  # fmt: skip
GOVERNMENT = "93"
GROUP_OF = {"11": "primary", "21": "primary", "23": "construction", "43": "trade", "46": "trade"}


def group_of(code: str) -> str:
    """The census's group of a code."""
    return "manufacturing" if code in FACTORIES else GROUP_OF.get(code, "services")


@dataclass
class Inputs:
    """Counted figures; NaN where nothing is published."""

    areas: pd.Index  # municipalities with a directory
    states: np.ndarray  # position of each area's state
    group: np.ndarray  # position of each code's group
    listed: np.ndarray  # establishments of the directory, areas x codes
    offices: np.ndarray  # and of government
    units: np.ndarray  # establishments of the census, areas x groups
    people: np.ndarray  # people employed that the census shows, areas x groups
    metro: np.ndarray  # whether the census shows subsectors
    metro_units: np.ndarray  # of those: establishments, areas x codes
    metro_hidden: np.ndarray  # establishments in confidential subsectors
    metro_people: np.ndarray  # people in the subsectors shown
    classes: np.ndarray  # how many classes of a code are present, areas x codes
    state_units: np.ndarray  # states x codes
    state_shown: np.ndarray  # establishments in the classes shown
    state_people: np.ndarray  # people in the classes shown
    oil: np.ndarray  # share of petroleum mining in the product, states
    insured: pd.DataFrame  # IMSS, one column per group of activity
    residents: pd.DataFrame  # people, employed, shares, insured elsewhere, commuters


def read_inputs(observations: Path | pd.DataFrame) -> Inputs:
    """The arrays of the newest year of each source."""
    known = _known(observations)
    listed = _wide(known, "inegi_denue", "establishments_scian_").fillna(0)
    listed = listed[listed.index.str.len() == len("MX-01001")].sort_index()
    areas = listed.index
    names = sorted(areas.str[:5].unique())
    return Inputs(
        areas=areas,
        states=np.searchsorted(names, areas.str[:5]),
        group=np.array([GROUPS.index(group_of(code)) for code in CODES]),
        listed=listed.reindex(columns=CODES).fillna(0).to_numpy(),
        offices=listed.get(GOVERNMENT, pd.Series(0.0, index=areas)).to_numpy(),
        classes=_classes(known, areas),
        oil=_oil(known, names),
        insured=_wide(known, "imss", "insured_jobs_").reindex(areas).fillna(0),
        residents=_residents(known, areas),
        **_groups(known, areas),
        **_states(known, names),
        **_metropolitan(known, areas),
    )


def _groups(known: pd.DataFrame, areas: pd.Index) -> dict[str, np.ndarray]:
    """Establishments and people of the census's five groups."""
    source = "inegi_economic_census_groups"
    names = {"units": "establishments", "people": "people"}
    return {
        key: _wide(known, source, f"census_{name}_").reindex(index=areas, columns=GROUPS).to_numpy()
        for key, name in names.items()
    }


def _states(known: pd.DataFrame, states: list[str]) -> dict[str, np.ndarray]:
    """Establishments, and people in the classes shown, by state and code."""
    names = {
        "state_units": "establishments_census",
        "state_shown": "establishments_in_published_classes",
        "state_people": "people_employed",
    }
    tables = {key: _wide(known, "inegi_economic_census", f"{name}_scian_") for key, name in names.items()}
    return {key: table.reindex(index=states, columns=CODES).fillna(0).to_numpy() for key, table in tables.items()}


def _known(observations: Path | pd.DataFrame) -> pd.DataFrame:
    """The newest year of each variable of the sources, with the figures that are not published."""
    if isinstance(observations, pd.DataFrame) and "obs_text" not in observations:
        observations = observations.assign(obs_text=None)
    return query.run("indicators/sector_mix/inputs", observations=observations)


def _wide(known: pd.DataFrame, source: str, prefix: str) -> pd.DataFrame:
    """One row per area, one column per variable of a source that begins with ``prefix``, without it."""
    rows = known[(known["source"] == source) & known["variable"].str.startswith(prefix)]
    table = rows.pivot(index="ref_area", columns="variable", values="obs_value")
    return table.rename(columns=lambda name: name.removeprefix(prefix)).astype("float64")


def _metropolitan(known: pd.DataFrame, areas: pd.Index) -> dict[str, np.ndarray]:
    """Subsectors added up to codes: establishments, those in confidential subsectors, and people in the others."""
    source = "inegi_economic_census_metropolitan"
    units = _wide(known, source, "census_establishments_scian_")
    people = _wide(known, source, "census_people_scian_").reindex(index=units.index, columns=units.columns)
    codes = [name if name in FACTORIES else name[:2] for name in units.columns]
    hidden = units.where(people.isna(), 0)

    def added(table: pd.DataFrame) -> np.ndarray:
        return table.T.groupby(codes).sum().T.reindex(index=areas, columns=CODES).fillna(0).to_numpy()

    return {
        "metro": areas.isin(units.index),
        "metro_units": added(units),
        "metro_hidden": added(hidden),
        "metro_people": added(people),
    }


def _classes(known: pd.DataFrame, areas: pd.Index) -> np.ndarray:
    """How many six-digit classes of each code the census has in an area."""
    rows = known[known["variable"] == "classes_present"].set_index("ref_area")["obs_text"].reindex(areas).fillna("")
    classes = rows.astype("str").str.split(r"\D+", regex=True)
    return np.array([[sum(item.startswith(code) for item in found) for code in CODES] for found in classes], dtype="float64")


def _residents(known: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """What the population census counts, and the commuters of its sample."""
    census = known[known["source"] == "inegi_census"]
    names = ["population", "employed", "population_insured_issste", "population_insured_state_institute",
             "population_insured_pemex_military"]  # fmt: skip
    counted = census[census["variable"].isin(names)].pivot(index="ref_area", columns="variable", values="obs_value")
    shares = _wide(known, "mx_labour_structure", "employed_")
    commuters = _wide(known, "inegi_commuting", "workers_").add_prefix("workers_")
    table = pd.concat(
        [counted.reindex(areas, axis=0).reindex(columns=names), shares.reindex(areas), commuters.reindex(areas)], axis=1
    )
    year = census.loc[census["variable"] == "employed", "time_period"].max()
    return table.assign(time_period=year)


def _oil(known: pd.DataFrame, states: list[str]) -> np.ndarray:
    """What petroleum mining gives of a state's product."""
    product = _wide(known, "inegi_state_gdp", "gdp_").reindex(index=states, columns=["21_1", "total"])
    return (product["21_1"] / product["total"]).fillna(0).to_numpy()
