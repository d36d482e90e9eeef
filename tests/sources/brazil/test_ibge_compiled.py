"""Brazilian municipalities, compiled."""

import csv
import shutil

import pandas as pd
import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.brazil import ibge_compiled
from pipeline.sources.brazil.ibge_compiled import CITIES, CODES, RATES

SAO_PAULO, OSASCO, PARATY, CODAJAS = "BR-3550308", "BR-3534401", "BR-3303807", "BR-1301308"
ENCODING = {RATES: "latin-1"}


@pytest.fixture
def folder(fixtures, tmp_path):
    """``folder(file, old, new)``: the fixture with one text replaced; ``times`` as in ``str.replace``."""

    def make(file: str = CITIES, old: str = "", new: str = "", times: int = 1):
        path = tmp_path / "ibge_compiled" / "2019"
        shutil.copytree(fixtures("ibge_compiled", "2019"), path)
        text = (path / file).read_bytes().decode(ENCODING.get(file, "utf-8"))
        assert old in text
        (path / file).write_bytes(text.replace(old, new, times).encode(ENCODING.get(file, "utf-8")))
        return path

    return make


def cell(table, area, variable, year):
    found = (table["ref_area"] == area) & (table["variable"] == variable) & (table["time_period"] == year)
    assert found.sum() == 1
    return table[found].iloc[0]


def test_counts_are_as_published_and_traceable(folder):
    table = ibge_compiled.read(folder(), "2019")
    people = cell(table, SAO_PAULO, "population", 2010)
    assert (people["obs_value"], people["obs_status"]) == (11_253_503, "A")
    assert (people["source_file"], people["source_row"]) == (CITIES, 2)
    assert cell(table, SAO_PAULO, "population", 2018)["obs_value"] == 12_176_866
    assert cell(table, SAO_PAULO, "population", 2018)["obs_status"] == "E"
    assert cell(table, SAO_PAULO, "population", 2017)["obs_value"] == 12_106_920
    assert cell(table, SAO_PAULO, "households", 2010)["obs_value"] == 3_576_148
    assert cell(table, SAO_PAULO, "human_development_index_education", 2010)["obs_value"] == 0.725
    assert cell(table, SAO_PAULO, "homicides", 2017)["obs_value"] == 1011
    assert cell(table, SAO_PAULO, "gini", 2010)["obs_value"] == 0.6453
    assert cell(table, SAO_PAULO, "cars", 2019)["obs_value"] == 5_740_995
    assert cell(table, SAO_PAULO, "rural_urban_class", 2016)["obs_text"] == "Urbano"
    assert cell(table, SAO_PAULO, "state_capital", 2019)["obs_value"] == 1
    assert not table.duplicated(["variable", "time_period", "ref_area"]).any()


def test_product_repairs_the_mixed_scales(folder):
    table = ibge_compiled.read(folder(), "2019")

    def value(area, variable):
        row = cell(table, area, variable, 2016)
        return row["obs_value"], row["obs_status"]

    assert value(CODAJAS, "gdp") == (pytest.approx(27_303 * 23_736.94), "E")  # printed as 648.09
    assert value(CODAJAS, "value_added_agriculture") == (499_899_800, "A")
    assert value(OSASCO, "value_added_agriculture") == (947_160, "A")  # 947.16 thousand, not million
    assert value(OSASCO, "value_added_secondary") == (3_036_390_000, "E")  # printed as 3036.39
    assert value(OSASCO, "value_added_services") == (53_111_430_660, "A")
    total = value(OSASCO, "value_added")[0] + value(OSASCO, "taxes_on_products")[0]
    assert total == pytest.approx(value(OSASCO, "gdp")[0], rel=1e-4)


def test_a_scale_that_nothing_proves_is_missing(folder):
    path = folder(CITIES, "74402691.05", "74402.691")
    table = ibge_compiled.read(path, "2019")
    assert cell(table, OSASCO, "gdp", 2016)["obs_status"] == "E"
    shutil.rmtree(path)
    table = ibge_compiled.read(folder(CITIES, "74402691.05", "5402691.05"), "2019")
    for name in ("gdp", "value_added", "value_added_services", "taxes_on_products"):
        assert cell(table, OSASCO, name, 2016)["obs_status"] == "O"
    assert cell(table, SAO_PAULO, "gdp", 2016)["obs_value"] > 0


def test_companies_by_sector(folder):
    table = ibge_compiled.read(folder(), "2019")
    assert cell(table, SAO_PAULO, "establishments", 2016)["obs_value"] == 530_446
    assert cell(table, SAO_PAULO, "establishments_utilities", 2016)["obs_value"] == 332 + 657
    assert cell(table, SAO_PAULO, "establishments_professional_administrative", 2016)["obs_value"] == 49_181 + 76_757
    assert cell(table, SAO_PAULO, "establishments_other_services", 2016)["obs_value"] == 24_832 + 64


def test_ages_are_shares_of_all_people(folder):
    table = ibge_compiled.read(folder(), "2019")
    young = cell(table, SAO_PAULO, "population_0_14", 2010)
    share = (129_464 + 514_794 + 684_443 + 783_702) / 10_463_636
    assert (young["obs_value"], young["obs_status"]) == (round(share * 11_253_503), "E")


def test_schooling_is_counted_over_those_aged_10_and_over(folder):
    table = ibge_compiled.read(folder(), "2019")
    base = cell(table, SAO_PAULO, "adults_tertiary_base", 2010)["obs_value"]
    assert base == pytest.approx(0.869406 * 11_253_503, abs=10)
    assert cell(table, SAO_PAULO, "adults_tertiary", 2010)["obs_value"] == pytest.approx(0.16068 * base, abs=10)
    more = cell(table, SAO_PAULO, "adults_upper_secondary_or_more", 2010)["obs_value"]
    assert more == pytest.approx((0.16068 + 0.2668) * base, abs=20)
    assert cell(table, SAO_PAULO, "population_illiterate", 2010)["obs_value"] == pytest.approx(0.03074 * base, abs=10)


def test_places_names_and_repairs(folder):
    table = ibge_compiled.read(folder(), "2019")
    assert cell(table, "BR-2613107", "name", 2019)["obs_text"] == "São Caetano"
    assert cell(table, "BR-2613107", "parent", 2019)["obs_text"] == "BR-26"
    assert cell(table, OSASCO, "area_km2", 2018)["obs_value"] == 64.95  # the first file says 64954
    height = cell(table, "BR-3122405", "altitude", 2010)
    assert (height["obs_value"], height["obs_status"]) == (874.579, "E")  # printed as 874579
    index = cell(table, OSASCO, "human_development_index", 2010)
    assert (index["obs_value"], index["obs_status"]) == (0.776, "E")  # printed as 0.78
    assert cell(table, SAO_PAULO, "human_development_index", 2010)["obs_status"] == "A"
    place = cell(table, "BR-4105201", "latitude", 2019)
    assert (place["obs_value"], place["obs_status"]) == (-24.8189473, "E")  # the third file says -26.0891, 389 km off
    assert cell(table, SAO_PAULO, "latitude", 2019)["obs_value"] == -23.5329
    assert "BR-5101837" in set(table["ref_area"])  # in the list of codes only


def test_several_rows_of_a_municipality_are_one(folder):
    table = ibge_compiled.read(folder(), "2019")
    people = cell(table, "BR-2613107", "population", 2010)  # São Caitano and São Caetano
    assert (people["obs_value"], people["source_row"]) == (35_274, 8)
    assert cell(table, PARATY, "population", 2010)["obs_value"] == 37_533  # two equal rows


def test_what_is_not_there_is_missing(folder):
    table = ibge_compiled.read(folder(), "2019")
    for area, name, year in (
        ("BR-1504752", "population", 2010),  # founded in 2013
        ("BR-1504752", "adults_tertiary", 2010),
        (PARATY, "hotels", 2019),
        ("BR-1504752", "rural_urban_class", 2016),
    ):
        row = cell(table, area, name, year)
        assert row["obs_status"] == "O" and pd.isna(row["obs_value"]) and pd.isna(row["obs_text"])
    assert not table["variable"].str.contains("unemploy").any()


@pytest.mark.parametrize(
    "file, old, new, words",
    [
        (CITIES, '"COMP_TOT"', '"COMPANIES"', ["row 1", "COMP_TOT", "missing"]),
        (CITIES, '"Osasco","SP"', '"Ossasco","SP"', ["row 3", "CITY", "Ossasco"]),
        (CITIES, '"Osasco","SP"', '"Osasco","RJ"', ["row 3", "CITY", "Osasco"]),
        (CITIES, ",11253503,", ",viele,", ["row 2", "IBGE_RES_POP", "viele"]),
        (CITIES, ",11253503,", ",-11253503,", ["row 2", "IBGE_RES_POP", "-11253503"]),
        (CITIES, ",530446,", ",530447,", ["row 2", "COMP_TOT", "530447"]),
        (CITIES, ",0.805,", ",80.5,", ["row 2", "IDHM", "80.5"]),
        (CITIES, ",0.805,", ",0.815,", ["row 2", "IDHM", "0.815"]),
        (CITIES, ",0,37533,", ",0,37534,", ["row 6", "population", "contradicts row 5"]),
        (CITIES, ",129464,", ",129465,", ["row 2", "IBGE_POP"]),
        (RATES, "3550308", "355030", ["IBGE_ID", "355030"]),
        (RATES, "3550308", "3534401", ["IBGE_ID", "3534401", "twice"]),
        (RATES, "0.6453", "64.53", ["GINI_INDEX_2010", "64.53"]),
        (RATES, "0.376448", "0.976448", ["IBGE_EDU_0_PERC"]),
        (CODES, "3550308,", "3350308,", ["row 10", "codigo_ibge", "3350308"]),
        (CODES, "-23.5329", "-235329", ["row 10", "latitude", "-235329"]),
        (CODES, "3550308,São Paulo", "3550308,Osasco", ["share a name"]),
        (CODES, "codigo_ibge", "codigo", ["row 1", "codigo_ibge"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, file, old, new, words):
    with pytest.raises(SourceError) as caught:
        ibge_compiled.read(folder(file, old, new), "2019")
    for word in [file, *words]:
        assert word in str(caught.value)


def test_refuses_pages(folder):
    path = folder()
    (path / RATES).write_text("<html></html>")
    with pytest.raises(SourceError, match=f"{RATES}.*web page"):
        ibge_compiled.read(path, "2019")


def test_real_municipalities(real_folder):
    table = ibge_compiled.read(real_folder("ibge_compiled", "2019"), "2019")

    def total(variable, year):
        return table[(table["variable"] == variable) & (table["time_period"] == year)]["obs_value"].sum()

    assert total("population", 2010) == 190_755_799  # IBGE, census of 2010
    assert total("population", 2016) == 206_081_432  # IBGE, estimates of 1 July
    assert total("population", 2017) == 207_660_929
    assert total("population", 2018) == 208_494_900
    assert total("gdp", 2016) == pytest.approx(6_267_205e6, rel=1e-6)  # IBGE, Contas Nacionais 2016
    parts = ["value_added", "taxes_on_products"]
    assert sum(total(name, 2016) for name in parts) == pytest.approx(6_267_205e6, rel=1e-4)
    assert total("establishments", 2016) == 5_050_615
    assert total("area_km2", 2018) == pytest.approx(8_510_821 - 12_970, rel=1e-4)  # less the two lakes of the South
    assert total("state_capital", 2019) == 27
    people = total("population_10_plus", 2010)
    assert people == pytest.approx(161_981_299, rel=1e-5)  # IBGE, census of 2010
    assert 100 * total("population_illiterate", 2010) / people == pytest.approx(9.0, abs=0.05)
    assert 100 * total("adults_tertiary", 2010) / people == pytest.approx(8.3, abs=0.05)
    names = table[table["variable"] == "name"]
    assert len(names) == 5571 and names["ref_area"].is_unique
    assert names["ref_area"].str[:5].nunique() == 27


def test_real_development_index_agrees_with_the_published_ranking(real_folder, shared):
    """The ranking gives names without states, so the values are compared as a list."""
    with (shared / "raw/ibge_compiled/idhm2010_als.csv").open(encoding="utf-8-sig") as stream:
        published = sorted(float(row["IDHM 2010"]) for row in csv.DictReader(stream, delimiter=";"))
    table = ibge_compiled.read(real_folder("ibge_compiled", "2019"), "2019")
    index = table[table["variable"] == "human_development_index"].set_index("ref_area")["obs_value"].dropna()
    assert sorted(index) == published
    assert index["BR-3548807"] == 0.862 == index.max()  # São Caetano do Sul
    assert index["BR-1504505"] == 0.418 == index.min()  # Melgaço
