"""Eurostat's cities and greater cities."""

import shutil

import numpy as np
import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of

PEOPLE, JOBLESS, CARS = "urb_cpop1_linear_2_0.csv", "urb_clma_linear_2_0.csv", "urb_ctran_linear_2_0.csv"
CITIES = "URAU_LB_2021_3035_CITIES_within_frame.csv"
MADRID = "ES001C,Madrid (greater city),2023,,5115272"
read = reader_of("eurostat_cities")


@pytest.fixture
def folder(fixtures, tmp_path):
    """``folder(file, old, new)``: the fixture with one text replaced; ``more`` is appended to the file."""

    def make(file: str = PEOPLE, old: str = "", new: str = "", more: str = ""):
        path = tmp_path / "eurostat_cities" / "2025"
        shutil.copytree(fixtures("eurostat_cities", "2025"), path)
        text = (path / file).read_text(encoding="utf-8")
        assert old in text
        (path / file).write_text(text.replace(old, new, 1) + more, encoding="utf-8")
        return path

    return make


def lines(indicator: str, values: dict) -> str:
    """Lines of a linear file for {(city, year): value}."""
    return "".join(
        f"dataflow,ESTAT:X(1.0),X,A,Annual,{indicator},X,{city},Town {city},{year},,{value},,,,,\n"
        for (city, year), value in values.items()
    )


def cell(table, area, variable, year):
    found = (table["ref_area"] == area) & (table["variable"] == variable) & (table["time_period"] == year)
    assert found.sum() == 1
    return table[found].iloc[0]


def text(table, area, variable):
    return table[(table["ref_area"] == area) & (table["variable"] == variable)]["obs_text"].item()


def test_numbers_are_as_published_and_traceable(folder):
    table = read(folder(), "2025")
    people = cell(table, "EU-ES001C", "population", 2023)
    assert (people["obs_value"], people["obs_status"]) == (5_115_272, "A")
    assert (people["source_file"], people["source_row"]) == (PEOPLE, 17)
    assert cell(table, "EU-ES001C", "unemployed", 2023)["obs_value"] == 269_639
    assert cell(table, "EU-ES001C", "employed", 2023)["obs_status"] == "E"
    assert cell(table, "EU-ES001C", "tourist_nights", 2019)["obs_value"] == 22_751_955
    assert cell(table, "EU-ES001C", "students_tertiary", 2023)["obs_value"] == 373_300
    assert cell(table, "EU-ES001C", "population_foreign_born", 2023)["obs_value"] == 1_205_145
    assert not table["ref_area"].isin(["EU-ES", "ESP"]).any()


def test_derived_numbers_are_estimates(folder):
    table = read(folder(), "2025")
    force = cell(table, "EU-ES001C", "labour_force", 2023)
    assert (force["obs_value"], force["obs_status"]) == (2_318_329 + 269_639, "E")
    cars = cell(table, "EU-ES001C", "cars", 2023)
    assert (cars["obs_value"], cars["obs_status"]) == (2_174_349, "E")  # 425.07 per 1,000 of 5,115,272


def test_names_scopes_and_places(folder):
    table = read(folder(), "2025")
    assert text(table, "EU-ES001C", "name") == "Madrid"
    assert text(table, "EU-ES001C", "city_scope") == "greater_city"
    assert text(table, "EU-DE070C", "city_scope") == "city"
    assert text(table, "EU-ES001C", "country") == "ESP"
    assert text(table, "EU-DE070C", "nuts3") == "NUTS-DE134"
    assert cell(table, "EU-DE070C", "area_km2", 2021)["obs_value"] == pytest.approx(78.163658)
    assert text(table, "EU-DK001C", "name") == "København" and text(table, "EU-DK001C", "country") == "DNK"


def test_codes_of_eurostat_s_own_countries(folder):
    more = lines("DE1001V", {("EL001C", 2023): 600000, ("UK001C", 2023): 8000000})
    table = read(folder(PEOPLE, more=more), "2025")
    assert text(table, "EU-EL001C", "country") == "GRC" and text(table, "EU-UK001C", "country") == "GBR"


def test_a_new_delimitation_is_a_break(folder):
    table = read(folder(), "2025")
    assert cell(table, "EU-BE009C", "population", 2021)["obs_status"] == "B"  # 95,922 → 157,333, not flagged
    assert cell(table, "EU-BE009C", "population", 2022)["obs_status"] == "A"
    assert cell(table, "EU-IT018C", "population", 2024)["obs_status"] == "B"


def test_an_impossible_car_rate_is_missing(folder):
    table = read(folder(), "2025")
    assert cell(table, "EU-DE070C", "cars", 2020)["obs_status"] == "O"  # 37.62 between 497.20 and 505.41
    assert cell(table, "EU-DE070C", "cars", 2019)["obs_value"] > 0


def test_a_country_s_year_over_the_wrong_cities_is_missing(folder):
    towns = [f"AT{number:03d}C" for number in range(900, 922)]
    sizes = dict(zip(towns, np.geomspace(5e4, 2e6, len(towns)).round(), strict=True))
    turned = dict(zip(towns, reversed(sizes.values()), strict=True))
    series = {(town, year): sizes[town] for town in towns for year in (2021, 2022)}
    series |= {(town, 2023): turned[town] for town in towns}
    table = read(folder(PEOPLE, more=lines("DE1001V", series)), "2025")
    people = table[(table["variable"] == "population") & table["ref_area"].str.startswith("EU-AT")]
    assert (people[people["time_period"] == 2023]["obs_status"] == "O").all()
    assert (people[people["time_period"] < 2023]["obs_status"] == "A").all()
    assert cell(table, "EU-ES001C", "population", 2023)["obs_status"] == "A"


def test_a_country_s_year_in_thousands_is_multiplied(folder):
    towns = [f"AT{number:03d}C" for number in range(900, 922)]
    series = {(town, year): 4000 + 10 * place for place, town in enumerate(towns) for year in (2019, 2020)}
    series |= {(town, 2021): 4 for town in towns}
    table = read(folder(JOBLESS, more=lines("EC1010V", series)), "2025")
    row = cell(table, "EU-AT900C", "unemployed", 2021)
    assert (row["obs_value"], row["obs_status"]) == (4000, "E")
    assert cell(table, "EU-AT900C", "unemployed", 2020)["obs_value"] == 4000


@pytest.mark.parametrize(
    "file, old, new, words",
    [
        (PEOPLE, "OBS_VALUE", "WERT", ["row 1", "OBS_VALUE", "missing"]),
        (PEOPLE, MADRID, MADRID.replace("5115272", "viele"), ["row 17", "OBS_VALUE", "viele"]),
        (PEOPLE, MADRID, MADRID.replace("5115272", "-5115272"), ["row 17", "OBS_VALUE", "-5115272"]),
        (PEOPLE, MADRID, MADRID.replace("2023", "2022"), ["twice", "ES001C"]),
        (PEOPLE, MADRID, MADRID.replace("ES001C", "ES001F"), ["row 17", "cities", "ES001F"]),
        (PEOPLE, MADRID, MADRID.replace("ES001C", "QQ001C"), ["row 17", "QQ", "country"]),
        (PEOPLE, MADRID, MADRID.replace("2023", "2031"), ["row 17", "TIME_PERIOD", "2031"]),
        (PEOPLE, "A,Annual,DE1001V", "A,Annual,DE1002V", ["row 2", "indic_ur", "DE1002V"]),
        (PEOPLE, f"{MADRID},,,", f"{MADRID},,x,", ["row 17", "OBS_FLAG", "'x'"]),
        (CITIES, "78163657.", "-78163657.", ["AREA_SQM", "-78163657"]),
        (CITIES, "NUTS3_2021", "NUTS3_2024", ["row 1", "NUTS3_2021"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, file, old, new, words):
    with pytest.raises(SourceError) as caught:
        read(folder(file, old, new), "2025")
    for word in [file, *words]:
        assert word in str(caught.value)


def test_refuses_pages_and_missing_files(folder):
    path = folder()
    (path / CARS).write_text("<html></html>")
    with pytest.raises(SourceError, match=f"{CARS}.*web page"):
        read(path, "2025")
    (path / CARS).unlink()
    with pytest.raises(SourceError, match=f"the number of files of {CARS} adds up to 0"):
        read(path, "2025")


def test_real_cities(real_folder):
    table = read(real_folder("eurostat_cities", "2025"), "2025")
    assert cell(table, "EU-ES001C", "population", 2023)["obs_value"] == 5_115_272
    assert cell(table, "EU-DE001C", "population", 2023)["obs_value"] == 3_755_251  # Berlin, 31 December 2022
    scattered = table[(table["variable"] == "population") & (table["time_period"] == 2024)]
    german = scattered["ref_area"].str.startswith("EU-DE")
    assert (scattered[german]["obs_status"] == "O").all() and german.sum() == 132
    assert (scattered[~german]["obs_status"] != "O").all()
    dutch = table[(table["variable"] == "unemployed") & table["ref_area"].str.startswith("EU-NL")]
    by_year = dutch.groupby("time_period")["obs_value"].sum()
    assert by_year.min() > 150_000 and by_year.max() < 500_000  # 37 unemployed in Amsterdam would make 300 in all
    names = table[table["variable"] == "name"]
    assert len(names) == names["ref_area"].nunique() == 861
    per_country = names["obs_text"].groupby(names["ref_area"].str[3:5])
    assert all(group.is_unique for _, group in per_country)  # no city at two scopes
    greater = table[(table["variable"] == "city_scope") & (table["obs_text"] == "greater_city")]
    assert len(greater) == 174


@pytest.mark.parametrize("spoilt", [b"", b"[1]", b'{"features": [1]}', b'{"features": [{"properties": {"URAU_CODE": "x"}}]}'])
def test_refuses_a_list_that_is_no_geojson_of_cities(fixture_folder, refusal, spoilt):
    folder = fixture_folder("eurostat_cities", "2025")
    (folder / "URAU_LB_2021_4326_CITIES.geojson").write_bytes(spoilt)
    refusal(read, folder, "2025", "URAU_LB_2021_4326_CITIES.geojson")
