"""The reader of the Atlas of Rural and Small-Town America."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "us_ers_rural_atlas", "2019"
JOBS, INCOME, CLASSES = "ruralatlas_jobs.csv", "ruralatlas_income.csv", "ruralatlas_county_classifications.csv"
read = reader_of(SOURCE)
KENT = "US-10001"


def test_shares_become_people(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    total = row_of(table, "employed_total", KENT, 2017)
    assert (total["obs_value"], total["obs_status"], total["source_file"], total["source_row"]) == (
        78_078,
        "A",
        JOBS,
        4,
    )
    factories = row_of(table, "employed_manufacturing", KENT, 2017)
    assert (factories["obs_value"], factories["obs_status"]) == (6_648, "E")  # 8.514562361 % of 78,078
    sectors = table[table["variable"].str.startswith("employed_") & (table["ref_area"] == KENT)]
    assert sectors["obs_value"].sum() == 2 * 78_078


def test_reads_income_and_classes(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    income = row_of(table, "income_per_capita", "US-10003", 2017)
    assert (income["obs_value"], income["source_file"]) == (34_541, INCOME)
    assert row_of(table, "deep_poverty_rate", KENT, 2017)["obs_value"] == 5.759165425
    kind = row_of(table, "county_economic_type", "US-10005", 2015)
    assert (kind["obs_value"], kind["source_file"], kind["source_row"]) == (5, CLASSES, 5)
    assert row_of(table, "retirement_destination", KENT, 2015)["obs_value"] == 1
    assert not table["ref_area"].str.endswith("000").any()


def test_a_former_county_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    for variable, year in (("employed_total", 2017), ("employed_trade", 2017), ("rural_urban_continuum", 2015)):
        missing = row_of(table, variable, "US-02010", year)
        assert pd.isna(missing["obs_value"]) and (missing["obs_status"], missing["source_row"]) == ("O", 2)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (JOBS, "8.514562361", "many", ["row 4", "PctEmpManufacturing", "many", "not a number"]),
        (JOBS, "8.514562361", "108.514", ["row 4", "PctEmpManufacturing", "108.514", "outside 0 to 100"]),
        (JOBS, "8.514562361", "-8.5", ["row 4", "PctEmpManufacturing", "-8.5", "outside"]),
        (JOBS, "8.514562361", "9.514562361", ["row 4", "NumCivEmployed", "78078", "add up to 100"]),
        (JOBS, "8.514562361,15.8149", "8.514662361,15.8148", ["row 4", "PctEmpManufacturing", "whole number"]),
        (JOBS, ",441513,", ",441514,", ["row 3", "NumCivEmployed", "sum of its areas"]),
        (JOBS, ",78078,", ",-78078,", ["row 4", "NumCivEmployed", "-78078"]),
        (JOBS, "10001,DE", "10003,DE", ["row 5", "FIPS", "10003", "twice"]),
        (JOBS, "10001,DE", "1001,DE", ["row 4", "FIPS", "1001", "not a county"]),
        (JOBS, "PctEmpTrans", "PctEmpMoving", ["row 1", "PctEmpTrans", "missing"]),
        (INCOME, "5.759165425", "105.759", ["row 4", "Deep_Pov_All", "105.759", "outside"]),
        (CLASSES, "10001,DE,Kent,3,", "10001,DE,Kent,13,", ["row 3", "RuralUrbanContinuumCode2013", "13", "0 to 9"]),
        (CLASSES, "10001,DE,Kent,3,", "10001,DE,Kent,3,3,", ["row 3", "46 fields"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / file, old, new)
    refusal(read, folder, VINTAGE, file, *words)


def test_refuses_another_vintage_a_page_and_a_missing_file(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    refusal(read, folder, "2021", JOBS, "2021", "years")
    (folder / INCOME).write_text("<html>")
    refusal(read, folder, VINTAGE, INCOME, "web page")
    (folder / CLASSES).unlink()
    refusal(read, folder, VINTAGE, CLASSES, "missing")


def test_the_published_atlas(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    harris = {name: row_of(table, f"employed_{name}", "US-48201", 2017)["obs_value"] for name in ("manufacturing", "total")}
    assert round(100 * harris["manufacturing"] / harris["total"], 1) == 9.9
    states = table[(table["variable"] == "employed_total") & ~table["ref_area"].str.startswith("US-72")]
    assert states["obs_value"].sum() == 150_599_165  # employed civilians of the nation, ACS 2013-17, table DP03
    # the rural-urban continuum of 2013 has 1,167 metro counties in the fifty states and DC
    codes = table[(table["variable"] == "rural_urban_continuum") & ~table["ref_area"].str.startswith("US-72")]
    assert (codes["obs_value"] <= 3).sum() == 1_167
