"""Key sectors and structural risks: cases by hand, and places that are known for what they live on."""

import numpy as np
import pandas as pd
import pytest

from pipeline.decisions import sectors_and_risks as module
from pipeline.decisions.sectors_and_risks import key_sectors, structural_risks
from schemas.catalogue import register

PLACES = [(f"MX-010{area:02}", "local", "MEX", "MX-01") for area in range(1, 24)]
PLACES += [("MX-METRO-01.1.01", "metro", "MEX", "MX-01"), ("BR-3500001", "local", "BRA", "BR-35")]
VALUE = ["ref_area", "indicator", "time_period", "numerator", "denominator", "obs_value", "obs_status", "source"]


@pytest.fixture
def stored_tables(tmp_path):
    """``stored_tables(values)``: paths of indicator_values and places, for rows given as tuples."""

    def store(rows: list[tuple]) -> tuple:
        places = pd.DataFrame(PLACES, columns=["ref_area", "level", "country", "parent"])
        values = pd.DataFrame(rows, columns=VALUE).merge(places[["ref_area", "level"]])
        values = values.astype({name: "float64" for name in ("numerator", "denominator", "obs_value")})
        derived = values["source"] == "derived"
        values = values.assign(standard_error=np.where(derived, 1.0, np.nan))
        values.to_parquet(tmp_path / "values.parquet")
        places.to_parquet(tmp_path / "places.parquet")
        return tmp_path / "values.parquet", tmp_path / "places.parquet"

    return store


def people(area: str, sector: str, count: float, of: float, basis: str = "employment", source: str = "derived") -> tuple:
    return (area, f"sector_{basis}_{sector}", 2020, count, of, 100 * count / of, "E", source)


def test_quotients_are_of_smoothed_shares(stored_tables):
    """The nation has 300 of 1,000 in mining; with kappa 50, 90 of 100 become (90 + 15) / 150 = 0.7, a quotient of 7/3."""
    rows = [
        people("MX-01001", "mining", 90, 100), people("MX-01002", "mining", 210, 900),
        people("MX-01001", "trade", 2, 100), people("MX-01002", "trade", 1, 900),
        people("MX-METRO-01.1.01", "mining", 300, 1000),
    ]  # fmt: skip
    found = key_sectors(*stored_tables(rows)).set_index(["ref_area", "sector"])
    mine = found.loc[("MX-01001", "mining")]
    assert mine["national_share"] == pytest.approx(30) and mine["share"] == pytest.approx(90)
    assert mine["location_quotient"] == pytest.approx(7 / 3) and mine["is_key"]
    trade = found.loc[("MX-01001", "trade")]
    assert trade["location_quotient"] > 1.25 and trade["share"] == pytest.approx(2) and not trade["is_key"], "below 3 %"
    assert found.loc[("MX-METRO-01.1.01", "mining"), "location_quotient"] == pytest.approx(1), "against the whole country"
    assert (mine["rank"], trade["rank"]) == (2, 1)


def test_the_share_of_a_region_is_no_key_sector_of_its_places(stored_tables):
    """Derived figures with an error are Mexico's sector mix and, abroad, what is known of the region only."""
    abroad = next(area for area, _, country, _ in PLACES if country != "MEX")
    rows = [people("MX-01001", "trade", 30, 100), people(abroad, "trade", 30, 100)]
    assert key_sectors(*stored_tables(rows))["ref_area"].to_list() == ["MX-01001"]
    own = [people("MX-01001", "trade", 30, 100), people(abroad, "trade", 30, 100, source="eurostat_regions")]
    assert sorted(key_sectors(*stored_tables(own))["ref_area"]) == sorted(["MX-01001", abroad])


def test_the_best_basis_counts_and_value_added_is_not_smoothed(stored_tables):
    rows = [
        people("BR-3500001", "agriculture", 8, 10, "value_added", "ibge_compiled"),
        people("BR-3500001", "trade", 5, 10, "establishments", "ibge_compiled"),
        people("MX-01001", "trade", 5, 10, "establishments"), people("MX-01001", "trade", 30, 100),
    ]  # fmt: skip
    found = key_sectors(*stored_tables(rows)).set_index(["ref_area", "sector"])
    assert found["basis"].to_dict() == {
        ("BR-3500001", "agriculture"): "value_added",
        ("BR-3500001", "trade"): "establishments",
        ("MX-01001", "trade"): "employment",
    }
    assert found.loc[("MX-01001", "trade"), "obs_value"] == 30


RISK = {
    "indicator": "x", "role": "risk", "levels": "local", "formula": "ratio", "scale": 100.0, "direction": -1.0,
    "unit_measure": "%",
}  # fmt: skip


RULE = {"theme": "x", "leads": 2, "high_from": None, "history": None, "increase": None}


@pytest.fixture
def risks(monkeypatch, stored_tables, tmp_path):
    """``risks(indicators, values)``: structural_risks, indexed by area and risk, without sectors.

    ``rules`` are rows of risks.csv, ``history`` is (area, variable, year, value), all of one source; the metropolis has the
    first two municipalities.
    """

    def compute(
        indicators: list[dict], rows: list[tuple], keys: list[tuple] = (), rules: list[dict] = (), history: list[tuple] = ()
    ) -> pd.DataFrame:
        shown = [RULE | {"risk": row.get("indicator", "x")} for row in indicators if not rules]
        given = {
            "indicators": pd.DataFrame([RISK | row for row in indicators]), "sectors": register("sectors"),
            "risks": pd.DataFrame([RULE | row for row in rules] or shown).astype({"high_from": "float64"}),
        }  # fmt: skip
        observed = pd.DataFrame(history, columns=["ref_area", "variable", "time_period", "obs_value"]).assign(source="s")
        observed = observed.astype({"time_period": "int64", "obs_value": "float64", "ref_area": "str", "variable": "str"})
        observed.to_parquet(tmp_path / "o.parquet")
        members = [(area, "MX-METRO-01.1.01") for area in ("MX-01001", "MX-01002")]
        pd.DataFrame(members, columns=["ref_area", "parent"]).to_parquet(tmp_path / "m.parquet")
        monkeypatch.setattr(module, "register", given.__getitem__)
        columns = ["ref_area", "sector", "level", "country", "basis", "share", "source", "time_period", "obs_status"]
        sectors = pd.DataFrame(keys, columns=columns).astype({"share": "float64", "time_period": "int64"})
        sectors.astype({name: "str" for name in columns if name not in ("share", "time_period")}).to_parquet(
            tmp_path / "k.parquet"
        )
        values, places = stored_tables(rows)
        paths = (tmp_path / f"{name}.parquet" for name in "om")
        return structural_risks(values, tmp_path / "k.parquet", places, *paths).set_index(["ref_area", "risk"])

    return compute


def figures(values: dict[int, float], code: str = "x", denominator: float = 100) -> list[tuple]:
    return [(f"MX-010{area:02}", code, 2020, value, denominator, value, "A", "inegi_census") for area, value in values.items()]


def test_percentiles_count_those_with_less_and_half_the_ties(risks):
    """Twenty areas: 1 to 18 and twice 18.5: of the other 19, 18 have less and one as much, 18.5 / 19 = 97.4 %."""
    found = risks([{}], figures({area: area for area in range(1, 19)} | {19: 18.5, 20: 18.5}))
    assert found.loc[("MX-01001", "x"), "percentile"] == 0
    assert found.loc[("MX-01019", "x"), "percentile"] == pytest.approx(100 * 18.5 / 19)
    assert found.loc[("MX-01018", "x"), "percentile"] == pytest.approx(100 * 17 / 19)
    assert found.loc[("MX-01016", "x"), "percentile"] == pytest.approx(100 * 15 / 19) and not found.loc[("MX-01016", "x"), "high"]
    assert found.loc[("MX-01017", "x"), "high"]


def test_more_may_be_better_and_more_loss_is_worse(risks):
    rows = figures({area: area for area in range(1, 21)}) + figures({area: max(0, 3 - area) for area in range(1, 21)}, "loss")
    found = risks([{"direction": 1.0}, {"indicator": "loss", "formula": "loss", "direction": -1.0}], rows)
    assert found.loc[("MX-01001", "x"), "percentile"] == 100
    losses = found.xs("loss", level="risk")["obs_value"].dropna()
    assert losses.tolist() == [2, 1] + [0] * 18


def test_missing_stays_missing_with_a_reason(risks):
    few = risks([{}], figures({1: 5, 2: 6}))
    assert few.loc[("MX-01001", "x"), "reason"] == "fewer than 19 areas of the country and level have a figure"
    assert few.loc[("MX-01003", "x"), "reason"] == "the source has no figure of this area"
    assert few.loc[("MX-01003", "x"), ["obs_value", "percentile", "high"]].isna().all()
    none = risks([{"indicator": "y"}], figures({1: 5}))
    assert set(none["reason"]) == {"no source at hand measures it in this country"}
    assert len(none) == 23, "every Mexican area of the level, and no metropolis"


def test_deaths_of_small_places_are_drawn_to_the_state(risks):
    """2 of 100 people with 1,917 of the state's rate: the state has 2 of 2,000, so (2 + 1.917) / 2,017."""
    rows = [(f"MX-010{area:02}", "x", 2020, deaths, base, 0, "A", "s") for area, deaths, base in ((1, 2, 100), (2, 0, 1900))]
    found = risks([{"scale": 100_000.0}], rows)
    assert found.loc[("MX-01001", "x"), "obs_value"] == pytest.approx(100_000 * 3.917 / 2017)
    assert found.loc[("MX-01001", "x"), "obs_status"] == "E"


def test_concentration_is_the_sum_of_squared_shares(risks):
    def rows(area, **shares):
        return [(area, sector, "local", "MEX", "employment", share, "derived", 2020, "E") for sector, share in shares.items()]

    concentration = {"indicator": "c", "formula": "concentration", "scale": 10_000.0}
    keys = rows("MX-01001", trade=50, mining=30, agriculture=20, manufacturing_food=40) + rows("MX-01002", trade=50)
    found = risks([concentration], figures({1: 1}, "other"), keys)
    assert found.loc[("MX-01001", "c"), "obs_value"] == pytest.approx(2500 + 900 + 400)
    assert pd.isna(found.loc[("MX-01002", "c"), "obs_value"]), "half of its sectors are not known"


def test_dependence_is_the_largest_branch_that_sells_elsewhere(risks):
    """Trade sells at home, manufacturing is its branches, and professional services are three sectors of the census."""
    shares = {"agriculture": 25, "manufacturing": 30, "trade": 20, "lodging_food": 10, "professional_administrative": 15}
    shares |= {"manufacturing_food": 8, CARS: 22}
    keys = [("MX-01001", sector, "local", "MEX", "employment", share, "derived", 2020, "E") for sector, share in shares.items()]
    whole = {"indicator": "c", "formula": "concentration", "scale": 10_000.0}
    found = risks([whole, {"indicator": "b", "formula": "largest_branch", "scale": 1.0}], figures({1: 1}, "other"), keys)
    assert found.loc[("MX-01001", "b"), ["obs_value", "sector"]].tolist() == [22, CARS]


def test_published_classes_say_what_is_high(risks):
    """Class 3 is high although it is no rare one; what is better the more of it there is, is high at the value and below."""
    rows = figures({area: 3 if area > 10 else 1 for area in range(1, 21)}) + figures({1: 900, 2: 1000, 3: 1100}, "rain")
    rules = [{"risk": "x", "high_from": 2.5}, {"risk": "rain", "high_from": 1000}]
    found = risks([{}, {"indicator": "rain", "direction": 1.0}], rows, rules=rules)
    assert found.loc[("MX-01011", "x"), "percentile"] < 80 and found.loc[("MX-01011", "x"), "high"]
    assert not found.loc[("MX-01001", "x"), "high"]
    assert found.xs("rain", level="risk")["high"].dropna().tolist() == [True, True, False]


def test_the_trend_is_a_slope_over_the_base(risks):
    """10, 20, 30 deaths among 100,000 people: 10 a year; a metropolis has those of its members. 3, 2, 4 may be chance."""
    rows = [(f"MX-010{area:02}", "x", 2020, 20, 100_000, 20, "A", "s") for area in (1, 2, 3)]
    rows += [("MX-METRO-01.1.01", "x", 2020, 40, 200_000, 20, "A", "s")]
    deaths = {"MX-01001": (10, 20, 30), "MX-01002": (30, 30, 30), "MX-01003": (3, 2, 4)}
    history = [(area, "h", 2019 + year, value) for area, values in deaths.items() for year, value in enumerate(values)]
    found = risks([{"scale": 100_000.0, "levels": "local;metro"}], rows, rules=[{"risk": "x", "history": "h"}], history=history)
    trends = found.xs("x", level="risk").loc[["MX-01001", "MX-01002", "MX-01003", "MX-METRO-01.1.01"]]
    assert trends["trend"].tolist() == pytest.approx([10, 0, 0.5, 5])
    assert trends["trend_sign"].tolist() == ["rising", "steady", "steady", "rising"]
    assert trends["trend_from"].tolist() == [2019] * 4 and trends["trend_to"].tolist() == [2021] * 4


def test_without_a_series_there_is_no_trend_but_a_reason(risks):
    said = [("MX-01001", "i", 2023, 1)]
    rules = [{"risk": "x", "increase": "i"}, {"risk": "y", "history": "h"}, {"risk": "z"}]
    rows = figures({1: 1, 2: 2}) + figures({1: 1}, "y") + figures({1: 1}, "z")
    found = risks([{}, {"indicator": "y"}, {"indicator": "z"}], rows, rules=rules, history=said)
    assert found.loc[("MX-01001", "x"), "trend_sign"] == "expected to rise"
    reasons = found["trend_reason"].dropna().to_dict()
    assert reasons == {
        ("MX-01002", "x"): "the source does not say that it will rise",
        ("MX-01001", "y"): "fewer than 3 years at hand",
        ("MX-01001", "z"): "no yearly series at hand",
    }


def test_every_risk_has_its_place_and_violence_leads_nothing():
    rules, indicators = register("risks"), register("indicators")
    assert set(rules["risk"]) == set(indicators.query("role == 'risk'")["indicator"])
    assert rules.query("leads == 3")["risk"].tolist() == ["violence"]
    read = set(register("variables")["variable"])
    assert set(rules["history"].dropna()) | set(rules["increase"].dropna()) <= read


CARS = "manufacturing_transport_equipment"
KNOWN = [
    *((place, "manufacturing") for place in ("Saltillo", "Aguascalientes", "Ciudad Juárez", "Reynosa", "Matamoros", "Nogales")),
    *((place, "manufacturing") for place in ("Tijuana", "Querétaro", "León", "San Luis Potosí", "Monterrey")),
    *((place, CARS) for place in ("Puebla-Tlaxcala", "Saltillo", "Aguascalientes", "Ciudad Juárez")),
    *((place, "manufacturing_electronics_electrical") for place in ("Guadalajara", "Nogales", "Ciudad Juárez", "Reynosa")),
    *((place, "manufacturing_textiles_apparel") for place in ("León", "Moroleón-Uriangato", "Tehuacán")),
    ("Tijuana", "manufacturing_other"),  # medical supplies
    *((place, "lodging_food") for place in ("Cancún", "Los Cabos", "Playa del Carmen", "Puerto Vallarta", "Acapulco")),
    *(("Ciudad de México", sector) for sector in ("professional_administrative", "finance_real_estate")),
    *((place, "transport") for place in ("Lázaro Cárdenas", "Veracruz", "Monterrey")),
    ("Hidalgo del Parral", "mining"), ("Zamora", "agriculture"),
    ("Elkhart-Goshen, IN", CARS), ("Las Vegas-Henderson-Paradise, NV", "lodging_food"),
    ("San Jose-Sunnyvale-Santa Clara, CA", "information"), ("Detroit-Warren-Dearborn, MI", CARS),
]  # fmt: skip


@pytest.mark.parametrize("place, sector", KNOWN)
def test_metropolises_live_on_what_they_are_known_for(released, place, sector):
    sql = """select is_key from key_sectors join reference_areas as a using (ref_area)
        where a.level = 'metro' and a.name = ? and sector = ?"""
    assert released.execute(sql, [place, sector]).fetchall() == [(True,)]


@pytest.mark.parametrize(
    "area, sector",
    [("MX-05002", "manufacturing"), ("MX-28032", "manufacturing"), ("MX-23005", "lodging_food"), ("MX-03008", "lodging_food"),
     ("MX-09015", "information"), ("MX-26019", "mining"), ("US-48479", "transport"), ("US-38053", "mining"),
     ("BR-3550308", "finance_real_estate"), ("BR-5107925", "agriculture")],
)  # fmt: skip
def test_local_areas_live_on_what_they_are_known_for(released, area, sector):
    """Ciudad Acuña, Reynosa, Cancún, Los Cabos, Cuauhtémoc, Cananea; Laredo, the Bakken; São Paulo, Sorriso."""
    assert released.execute("select is_key from key_sectors where ref_area = ? and sector = ?", [area, sector]).fetchall() == [
        (True,)
    ]


def test_every_municipality_has_every_risk_or_a_reason(released):
    wanted = register("indicators").query("role == 'risk'")
    local = wanted["levels"].str.contains("local").sum()
    sql = """select count(distinct ref_area), count(*), count(*) filter ((percentile is null) = (reason is null))
        from structural_risks where country = 'MEX' and level = 'local'"""
    assert released.execute(sql).fetchone() == (2469, 2469 * local, 0)


@pytest.mark.parametrize(
    "area, risk",
    [("MX-02002", "aridity"), ("MX-02002", "heat"), ("MX-07112", "youth_dependency"), ("MX-07112", "precarious_employment"),
     ("MX-08037", "violence"), ("MX-20067", "remittance_dependence"), ("MX-02004", "drought"), ("MX-19039", "water_stress"),
     ("MX-19039", "air_emissions"), ("MX-23005", "employer_branch"), ("MX-23005", "dengue_vulnerability"),
     ("MX-09007", "flood_vulnerability"), ("MX-09007", "water_stress"), ("MX-32026", "employer_branch")],
)  # fmt: skip
def test_known_risks_are_high(released, area, risk):
    """Mexicali's desert; San Juan Cancuc's young villagers; emigrants of Oaxaca; Juárez; Monterrey's water and air; Cancún's
    hotels and dengue; Iztapalapa's floods and thirst; the mine of Mazapil."""
    assert released.execute("select high from structural_risks where ref_area = ? and risk = ?", [area, risk]).fetchall() == [
        (True,)
    ]
