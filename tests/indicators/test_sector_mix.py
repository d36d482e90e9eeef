"""The sector mix of Mexican municipalities, from the committed archive, against what is known of places and the nation."""

import numpy as np
import pandas as pd
import pytest

from pipeline.indicators.sector_mix.mix import sector_mix
from schemas.catalogue import register

SOURCES = {
    "inegi_denue": "2019",
    "inegi_economic_census": "2019",
    "inegi_economic_census_groups": "2019",
    "inegi_economic_census_metropolitan": "2019",
    "inegi_commuting": "2020",
    "inegi_state_gdp": "2024",
    "imss": "2021",
    "mx_labour_structure": "2020",
    "inegi_census": "2020",
}
SECTORS = list(register("sectors")["sector"])


@pytest.fixture(scope="module")
def real_observations(archived):
    return pd.concat(pd.read_parquet(archived / source / f"{vintage}.parquet") for source, vintage in SOURCES.items())


@pytest.fixture(scope="module")
def real(real_observations):
    return sector_mix(real_observations)


def people_of(table: pd.DataFrame) -> pd.DataFrame:
    """People employed, one row per area, one column per variable without its prefix."""
    people = table[table["variable"].str.startswith("employed_")]
    wide = people.pivot(index="ref_area", columns="variable", values="obs_value")
    return wide.rename(columns=lambda name: name.removeprefix("employed_"))


def test_real_keys_and_coverage(real):
    assert not real.duplicated(["ref_area", "variable", "time_period"]).any()
    assert real["obs_value"].notna().all() and (real["obs_value"] >= 0).all()
    assert real.loc[real["time_period"] == 2019, "ref_area"].nunique() == 2457
    assert len(people_of(real)) == 2456  # La Magdalena Tlaltelulco (29048) has no share in the census sample
    newer = {"MX-02006", "MX-04012", "MX-17034", "MX-23011", *(f"MX-0712{number}" for number in range(6))}
    assert not newer & set(real["ref_area"])


def test_real_sums(real, real_observations):
    """Branches give manufacturing; sectors give the census's people employed; each broad sector is the sample's."""
    people = people_of(real)
    census = real_observations[real_observations["variable"].isin(["employed", "employed_secondary_share"])]
    census = census.pivot(index="ref_area", columns="variable", values="obs_value").loc[people.index]
    branches = [name for name in people if name.startswith("manufacturing_")]
    assert len(branches) == 9
    np.testing.assert_allclose(people[branches].sum(axis=1), people["manufacturing"], rtol=1e-9)
    np.testing.assert_allclose(people[SECTORS].sum(axis=1), census["employed"], rtol=1e-12)
    np.testing.assert_array_equal(people["total"], census["employed"])
    secondary = people[["mining", "utilities", "construction", "manufacturing"]].sum(axis=1)
    np.testing.assert_allclose(secondary, census["employed"] * census["employed_secondary_share"] / 100, rtol=1e-9)


def test_real_establishments_are_the_directory_s(real, real_observations):
    """5,428,556 in 2019, of which 21,265 are fishing and services to farms; the economic census has 4,800,157."""
    totals = real[real["variable"] == "establishments_total"].groupby("time_period")["obs_value"].sum()
    assert totals[2019] + 21_265 == 5_428_556
    sectors = real[real["variable"].str.startswith("establishments_") & (real["variable"] != "establishments_total")]
    assert sectors.loc[sectors["time_period"] == 2019, "obs_value"].sum() == totals[2019]
    census = real_observations[real_observations["variable"].str.fullmatch(r"establishments_census_scian_(\d\d|31_33)")]
    assert census.loc[census["time_period"] == 2018, "obs_value"].sum() == 4_800_157


def test_real_mix_of_the_nation_is_the_surveys(real):
    """ENOE 2018, percent of the employed: the survey's branches within 1.6 points."""
    people = people_of(real)
    shares = people[SECTORS].sum() / people["total"].sum() * 100
    survey = {
        "agriculture": 12.69, "mining utilities": 0.74, "construction": 8.07, "manufacturing": 16.77, "trade": 18.60,
        "transport information": 5.23, "lodging_food": 7.84, "finance_real_estate professional_administrative": 7.30,
        "education_health": 7.97, "arts other_services": 10.06, "public_administration": 4.21,
    }  # fmt: skip
    for names, percent in survey.items():
        assert shares[names.split()].sum() == pytest.approx(percent, abs=1.6), names


FACTS = [
    *((f"MX-{code}", "manufacturing", 28) for code in ("05030", "08037", "02004", "28032", "26043", "05002")),
    ("MX-11020", "manufacturing", 25),  # León; the census counts fewer than the directory suggested
    ("MX-05027", "manufacturing", 45),  # Ramos Arizpe
    ("MX-01001", "manufacturing", 18),  # Aguascalientes
    ("MX-24028", "manufacturing", 20),  # San Luis Potosí
    *((f"MX-{code}", "lodging_food", 18) for code in ("23005", "23008", "03008")),  # Cancún, Playa del Carmen, Los Cabos
    *((f"MX-090{code}", "professional_administrative", 20) for code in (14, 15, 16)),
    *((f"MX-090{code}", "finance_real_estate", 10) for code in (14, 15, 16)),
    *((f"MX-090{code}", "information", 4) for code in (15, 16)),
    ("MX-19039", "professional_administrative", 15),  # Monterrey
    ("MX-16052", "transport", 8),  # Lázaro Cárdenas, a port
    ("MX-04003", "mining", 8),  # Carmen, oil
    ("MX-26019", "mining", 3),  # Cananea, copper
    ("MX-20067", "public_administration", 6),  # Oaxaca, capital of its state
]


@pytest.mark.parametrize("area, sector, percent", FACTS)
def test_real_vocations(real, area, sector, percent):
    people = people_of(real).loc[area]
    assert people[sector] / people["total"] * 100 >= percent


@pytest.mark.parametrize(
    "area, branch",
    [("08037", "transport_equipment"), ("05027", "transport_equipment"), ("11020", "textiles_apparel"),
     ("24028", "transport_equipment"), ("02004", "other")],
)  # fmt: skip
def test_real_factories(real, area, branch):
    people = people_of(real).loc[f"MX-{area}"]
    branches = people[[name for name in people.index if name.startswith("manufacturing_")]]
    assert branches.astype("float64").idxmax() == f"manufacturing_{branch}"


@pytest.mark.parametrize("sector, codes", [
    ("manufacturing", ["31_33"]), ("lodging_food", ["72"]), ("finance_real_estate", ["52", "53"]), ("arts", ["71"]),
    ("information", ["51"]), ("professional_administrative", ["54", "55", "56"]),
])  # fmt: skip
def test_mix_agrees_with_the_states(real, real_observations, sector, codes):
    """A state's share of its people employed outside the fields, in the mix and in the economic census."""
    people = people_of(real)
    states = people.groupby(people.index.str[:5])[SECTORS].sum().drop(columns="agriculture")
    census = real_observations[real_observations["time_period"] == 2018]
    census = census[census["variable"].str.fullmatch(r"people_employed_scian_(\d\d|31_33)")]
    census = census.pivot(index="ref_area", columns="variable", values="obs_value")
    published = census[[f"people_employed_scian_{code}" for code in codes]].sum(axis=1) / census.sum(axis=1)
    assert np.corrcoef(published, states[sector] / states.sum(axis=1))[0, 1] >= 0.9
