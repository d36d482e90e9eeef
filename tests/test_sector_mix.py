"""The sector mix of Mexican municipalities: a case by hand, and the real figures against what is known of them."""


import numpy as np
import pandas as pd
import pytest

from pipeline import sector_mix as module
from pipeline.raw_files import sha256_of
from pipeline.sector_mix import sector_mix
from pipeline.sources.plain_tables import reader
from schemas.catalogue import methodology, register

SOURCES = {
    "inegi_denue": "2019",
    "inegi_economic_census": "2019",
    "imss": "2021",
    "mx_labour_structure": "2020",
    "inegi_census": "2020",
}
SECTORS = list(register("sectors")["sector"])
COUNTED_OTHERWISE = {"construction", "education_health", "other_services"}  # whose people the census mostly omits
NOT_IN_CENSUS = {"size_government": 0, "size_public_school": 0, "size_public_clinic": 0}
CONSTANTS = {
    "size_government": 35,
    "size_public_school": 20,
    "size_public_clinic": 24,
    "insured_cap": 2,
    "insured_cap_plants": 5,
    "survey": [{"sectors": "manufacturing", "people": 320, "outside": "manufacturing"}],
}
SMALL = {
    "inegi_denue": [
        ("MX-01001", "establishments_scian_336", 2019, 2),
        ("MX-01001", "establishments_scian_23", 2019, 1),
        ("MX-01001", "establishments_scian_46", 2019, 10),
        ("MX-01001", "establishments_scian_93", 2019, 1),
        ("MX-01001", "establishments_scian_11", 2019, 7),
        ("MX-01002", "establishments_scian_311", 2019, 5),
        ("MX-01002", "establishments_scian_46", 2019, 10),
        ("MX-01002", "establishments_scian_46", 2015, 8),
        ("MX-01", "establishments", 2019, 36),
    ],
    "imss": [("MX-01002", "insured_jobs_manufacturing", 2020, 60), ("MX-01002", "insured_jobs_trade", 2020, 900)],
    "inegi_census": [(f"MX-0100{area}", "employed", 2020, people) for area, people in ((1, 1000), (2, 200), (3, 50))],
    "mx_labour_structure": [
        (f"MX-0100{area}", f"employed_{sector}_share", 2020, share)
        for area, shares in ((1, (10, 30, 60)), (2, (50, 25, 25)), (3, (40, 30, 30)))
        for sector, share in zip(("primary", "secondary", "tertiary"), shares, strict=True)
    ],
    "inegi_economic_census": [
        (area, f"{name}_scian_{code}", year, value)
        for area, code, year, values in (
            ("MX-01", 336, 2018, (2, 2, 200)),
            ("MX-01", 336, 2013, (2, 2, 9000)),
            ("MX-01", 23, 2018, (1, 1, 10)),
            ("MX-01", 46, 2018, (10, 10, 30)),
            ("MX-01", 311, 2018, (5, 0, None)),
            ("MX-02", 311, 2018, (30, 10, 40)),
        )
        for name, value in zip(
            ("establishments_census", "establishments_in_published_classes", "people_employed"), values, strict=True
        )
    ],
}


def observations(tables: dict) -> pd.DataFrame:
    columns = ["ref_area", "variable", "time_period", "obs_value"]
    parts = [pd.DataFrame(rows, columns=columns).assign(source=source) for source, rows in tables.items()]
    return pd.concat(parts).astype({"obs_value": "float64"})


def value_of(table: pd.DataFrame, area: str, variable: str, year: int = 2020) -> float:
    rows = (table["ref_area"] == area) & (table["variable"] == variable) & (table["time_period"] == year)
    (value,) = table.loc[rows, "obs_value"]
    return value


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(module, "methodology", lambda: {"sector_mix": CONSTANTS})
    return sector_mix(observations(SMALL))


def test_people_follow_sizes_insured_jobs_and_residents(small):
    """Jobs: 336 gives 2 x 100; 311, hidden in the state, 5 x 4 as in the nation; of trade the census counts half.

    60 insured jobs raise 01002's 20, and the state stays at 220: 200 and 60 become 2200/13 and 660/13. The survey has
    100 more people in factories, 90 and 10 by the residents outside the fields (900 and 100).
    """
    factories, building = 2200 / 13 + 90, 10
    assert value_of(small, "MX-01001", "employed_agriculture") == pytest.approx(100)
    assert value_of(small, "MX-01001", "employed_manufacturing") == pytest.approx(300 * factories / (factories + building))
    assert value_of(small, "MX-01001", "employed_construction") == pytest.approx(300 * building / (factories + building))
    assert value_of(small, "MX-01001", "employed_trade") == pytest.approx(600 * 15 / (15 + 35))
    assert value_of(small, "MX-01001", "employed_public_administration") == pytest.approx(600 * 35 / (15 + 35))
    assert value_of(small, "MX-01002", "employed_manufacturing") == pytest.approx(50)
    assert value_of(small, "MX-01002", "employed_trade") == pytest.approx(50)
    assert value_of(small, "MX-01002", "employed_mining") == 0


def test_home_workers_make_what_workshops_make(small):
    """Of the seven factories two make vehicles: so do 2/7 of the home workers."""
    made = value_of(small, "MX-01001", "employed_manufacturing")
    vehicles = made * (2200 / 13 + 90 * 2 / 7) / (2200 / 13 + 90)
    assert value_of(small, "MX-01001", "employed_manufacturing_transport_equipment") == pytest.approx(vehicles)
    assert value_of(small, "MX-01001", "employed_manufacturing_food") == pytest.approx(made - vehicles)
    assert value_of(small, "MX-01002", "employed_manufacturing_metals") == 0


def test_establishments_are_sums_without_the_fields(small):
    assert value_of(small, "MX-01001", "establishments_total", 2019) == 14
    assert value_of(small, "MX-01002", "establishments_trade", 2019) == 10
    assert value_of(small, "MX-01002", "establishments_trade", 2015) == 8
    assert "establishments_agriculture" not in set(small["variable"])
    zeros = small[(small["variable"] == "establishments_mining") & (small["ref_area"] == "MX-01002")]
    assert dict(zip(zeros["time_period"], zeros["obs_status"], strict=True)) == {2015: "A", 2019: "E"}
    assert (zeros["obs_value"] == 0).all()


def test_statuses_and_places_without_a_directory(small):
    """01003 is newer than the directory: nothing is invented, not even from the place it was part of."""
    assert set(small["ref_area"]) == {"MX-01001", "MX-01002"}
    people = small[small["variable"].str.startswith("employed_")]
    assert set(people.loc[people["variable"] != "employed_total", "obs_status"]) == {"E"}
    assert set(people.loc[people["variable"] == "employed_total", "obs_status"]) == {"A"}


@pytest.mark.parametrize("cap, raised", [(5, 60), (2, 40), (1, 20)])
def test_insured_jobs_raise_up_to_the_cap(monkeypatch, cap, raised):
    constants = CONSTANTS | {"insured_cap_plants": cap, "survey": [CONSTANTS["survey"][0] | {"people": 0}]}
    monkeypatch.setattr(module, "methodology", lambda: {"sector_mix": constants})
    factories = 200 * 220 / (200 + raised)
    made = value_of(sector_mix(observations(SMALL)), "MX-01001", "employed_manufacturing")
    assert made == pytest.approx(300 * factories / (factories + 10))


@pytest.fixture(scope="module")
def real_observations(shared, tmp_path_factory):
    raw, files, parts = tmp_path_factory.mktemp("raw"), register("source_files"), []
    for source, vintage in SOURCES.items():
        folder = raw / source / vintage
        folder.mkdir(parents=True)
        for row in files[(files["source"] == source) & (files["vintage"] == vintage)].itertuples():
            found = (path for path in sorted((shared / "raw").rglob(row.file)) if sha256_of(path) == row.sha256)
            (folder / row.file).symlink_to(next(found))
        parts.append(reader(source)(folder, vintage).assign(source=source))
    return pd.concat(parts, ignore_index=True)


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
    *((f"MX-{code}", "manufacturing", 28) for code in ("05030", "08037", "02004", "28032", "26043", "05002", "11020")),
    ("MX-05027", "manufacturing", 45),  # Ramos Arizpe
    ("MX-01001", "manufacturing", 18),  # Aguascalientes
    ("MX-24028", "manufacturing", 20),  # San Luis Potosí
    *((f"MX-{code}", "lodging_food", 18) for code in ("23005", "23008", "03008")),  # Cancún, Playa del Carmen, Los Cabos
    *((f"MX-090{code}", "professional_administrative", 20) for code in (14, 15, 16)),
    *((f"MX-090{code}", "finance_real_estate", 10) for code in (14, 15, 16)),
    *((f"MX-090{code}", "information", 4) for code in (14, 15, 16)),
    ("MX-19039", "professional_administrative", 15),  # Monterrey
    ("MX-16052", "transport", 8),  # Lázaro Cárdenas, a port
    ("MX-04003", "mining", 8),  # Carmen, oil
    ("MX-26019", "mining", 3),  # Cananea, copper
    ("MX-20067", "public_administration", 7),  # Oaxaca, capital of its state
]


@pytest.mark.parametrize("area, sector, percent", FACTS)
def test_real_vocations(real, area, sector, percent):
    people = people_of(real).loc[area]
    assert people[sector] / people["total"] * 100 >= percent


@pytest.mark.parametrize(
    "area, branch",
    [("08037", "transport_equipment"), ("05027", "transport_equipment"), ("11020", "textiles_apparel"),
     ("24028", "transport_equipment"), ("02004", "electronics_electrical")],
)  # fmt: skip
def test_real_factories(real, area, branch):
    people = people_of(real).loc[f"MX-{area}"]
    branches = people[[name for name in people.index if name.startswith("manufacturing_")]]
    assert branches.astype("float64").idxmax() == f"manufacturing_{branch}"


def cosines(people: pd.DataFrame, truth: pd.DataFrame) -> pd.Series:
    """Per municipality, over the sectors with a recovered figure, at least five."""
    known = truth.notna() & (truth.notna().sum(axis=1) >= 5).to_numpy()[:, None]
    estimates = people[truth.columns].reindex(truth.index).where(known).fillna(0)
    truth = truth.where(known).fillna(0)
    norms = np.sqrt((truth**2).sum(axis=1) * (estimates**2).sum(axis=1))
    return ((truth * estimates).sum(axis=1) / norms)[known.any(axis=1)]


@pytest.fixture(scope="module")
def recovered(real_observations):
    """People employed of the economic census by municipality and sector, as others recovered them."""
    rows = real_observations[real_observations["variable"].str.startswith("people_employed_recovered_")].dropna(
        subset="obs_value"
    )
    sectors = {code: row.sector for row in register("sectors").itertuples() for code in row.scian.split("+")}
    names = rows["variable"].str[-2:].map(sectors)
    sums = rows.groupby(["ref_area", names])["obs_value"].sum().unstack()
    return sums.drop(columns="agriculture")


def test_establishments_agree_with_the_recovered_census(monkeypatch, real_observations, recovered):
    """Only those whom the economic census counts: the counts with national mean sizes had a median of 0.93."""
    constants = methodology()["sector_mix"]
    nobody = [row | {"people": 0} for row in constants["survey"]]
    monkeypatch.setattr(module, "methodology", lambda: {"sector_mix": constants | NOT_IN_CENSUS | {"survey": nobody}})
    found = cosines(people_of(sector_mix(real_observations)), recovered)
    assert len(found) == 996
    assert found.median() >= 0.98


def test_mix_agrees_with_the_recovered_census(real, recovered):
    """With all people, in the sectors where both count nearly the same people."""
    found = cosines(people_of(real), recovered.drop(columns=COUNTED_OTHERWISE))
    assert found.median() >= 0.98


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
