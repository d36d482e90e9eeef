"""The reader of the county-level data sets of the Economic Research Service."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "us_ers_county_data", "2020"
EDUCATION, POVERTY, UNEMPLOYMENT = "ers_Education.csv", "ers_PovertyEstimates.csv", "ers_Unemployment.csv"
read = reader_of(SOURCE)
KENT, WASHINGTON = "US-10001", "US-11001"


def test_reads_schooling(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    adults = row_of(table, "population_25_plus", KENT, 1970)
    assert (adults["obs_value"], adults["obs_status"]) == (18_865 + 13_141 + 3_712 + 3_803, "E")
    assert (adults["source_file"], adults["source_row"]) == (EDUCATION, 7)
    tertiary = row_of(table, "adults_tertiary", WASHINGTON, 2018)
    assert (tertiary["obs_value"], tertiary["obs_status"]) == (280_349, "A")
    finished = row_of(table, "adults_upper_secondary_or_more", KENT, 2000)
    assert finished["obs_value"] == 26_100 + 22_068 + 14_769
    years = table.loc[table["variable"] == "adults_tertiary", "time_period"].unique()
    assert sorted(years) == [1970, 1980, 1990, 2000, 2018]


def test_reads_poverty_with_its_interval(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    poor = row_of(table, "population_poor", KENT, 2018)
    assert (poor["obs_value"], poor["margin_of_error"]) == (23_966, (27_257 - 20_675) / 2)
    assert (poor["obs_status"], poor["source_file"], poor["source_row"]) == ("A", POVERTY, 7)
    base = row_of(table, "population_poor_base", KENT, 2018)
    assert base["obs_value"] == pytest.approx(23_966 / 0.138) and base["obs_status"] == "E"
    assert row_of(table, "income_household_median", WASHINGTON, 2018)["margin_of_error"] > 0


def test_reads_the_labour_force_of_twelve_years(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    force = row_of(table, "labour_force", KENT, 2007)
    assert (force["obs_value"], force["source_file"], force["source_row"]) == (75_038, UNEMPLOYMENT, 7)
    assert row_of(table, "unemployed", KENT, 2009)["obs_value"] == 5_998
    assert row_of(table, "employed", WASHINGTON, 2018)["obs_value"] == 382_140
    assert table.loc[table["variable"] == "employed", "time_period"].nunique() == 12
    assert set(table["ref_area"]) == {KENT, "US-10003", "US-10005", WASHINGTON}


def test_a_former_county_is_missing(fixture_folder, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    commas = (folder / UNEMPLOYMENT).read_text(encoding="utf-8-sig").splitlines()[4].count(",")
    with (folder / UNEMPLOYMENT).open("a", encoding="utf-8") as file:
        file.write('02201,AK,"Prince of Wales-Outer Ketchikan Census Area, AK"' + "," * (commas - 2) + "\n")
    missing = row_of(read(folder, VINTAGE), "labour_force", "US-02201", 2010)
    assert pd.isna(missing["obs_value"]) and (missing["obs_status"], missing["source_row"]) == ("O", 12)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (EDUCATION, '"18,865"', '"many"', ["row 7", "Less than a high school diploma, 1970", "many", "not a number"]),
        (EDUCATION, '"18,865"', '"-18,865"', ["row 7", "diploma, 1970", "-18,865", "not a count"]),
        (EDUCATION, '"18,865"', '"18,866"', ["row 6", "diploma, 1970", "130,463", "add up to 130,464"]),
        (EDUCATION, "10001,DE", "10003,DE", ["row 8", "FIPS Code", "10003", "twice"]),
        (EDUCATION, "10001,DE", "1001,DE", ["row 7", "FIPS Code", "1001", "five digits"]),
        (EDUCATION, '"High school diploma only, 1980"', '"Diploma, 1980"', ["row 5", "High school diploma only, 1980"]),
        (EDUCATION, "FIPS Code", "Code", ["row 5", "FIPS Code", "missing"]),
        (POVERTY, '"23,966"', '"24,966"', ["row 6", "POVALL_2018", "114,691", "add up to 115,692"]),
        (POVERTY, ",13.8,", ",0,", ["row 7", "PCTPOVALL_2018", "0", "not a percentage"]),
        (POVERTY, '"20,675"', '"25,675"', ["row 7", "POVALL_2018", "23,966", "its own interval"]),
        (POVERTY, "MEDHHINC_2018", "INCOME_2018", ["row 5", "MEDHHINC", "missing"]),
        (POVERTY, "POVALL_2018", "POOR_2018", ["row 5", "POVALL", "missing"]),
        (UNEMPLOYMENT, '" 72,517 "', '" 72,518 "', ["row 7", "Civilian_labor_force_2007", "75,038", "employed plus"]),
        (UNEMPLOYMENT, '" 75,038 "', '" 85,038 "', ["row 6", "Civilian_labor_force_2007", "443,573", "add up to"]),
        (UNEMPLOYMENT, ",Employed_2009", ",Workers_2009", ["row 5", "Employed_2009"]),
        (UNEMPLOYMENT, "10001,DE", "10001,DE,DE", ["row 7", "10001", "fields"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / file, old, new)
    refusal(read, folder, VINTAGE, file, *words)


def test_checks_the_nation_where_the_file_has_it(fixture_folder, replace, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    line = next(line for line in (folder / POVERTY).read_text(encoding="utf-8").splitlines() if line.startswith("10000"))
    nation = line.replace("10000,DE,Delaware", "00000,US,United States")
    replace(folder / POVERTY, "10000,DE", nation + "\r\n10000,DE")
    refusal(read, folder, VINTAGE, POVERTY, "row 6", "POVALL_2018", "114,691", f"add up to {114_691 + 107_806:,}")


def test_refuses_files_without_figures(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / EDUCATION).write_text("a\nb\n")
    refusal(read, folder, VINTAGE, EDUCATION, "no rows")
    (folder / EDUCATION).write_text("<html>")
    refusal(read, folder, VINTAGE, EDUCATION, "web page")
    (folder / UNEMPLOYMENT).unlink()
    refusal(read, folder, VINTAGE, UNEMPLOYMENT, "missing")


def test_the_published_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    mainland = table[~table["ref_area"].str.startswith("US-72")]
    sums = mainland.groupby(["variable", "time_period"])["obs_value"].sum()
    # what the files print for the United States
    assert sums["population_25_plus", 1970] == 109_899_359
    assert sums["population_25_plus", 2018] == 218_446_071
    assert sums["labour_force", 2007] == pytest.approx(152_191_093, abs=500)
    assert sums["unemployed", 2018] == pytest.approx(6_296_445, abs=500)
    assert sums["population_poor", 2018] == pytest.approx(41_852_315, abs=50)
    poor = row_of(table, "population_poor", "US-48201", 2018)
    assert (poor["obs_value"], poor["margin_of_error"]) == (767_367, (797_262 - 737_472) / 2)
    harris = row_of(table, "unemployed", "US-48201", 2018)
    assert (harris["obs_value"], harris["source_row"]) == (100_473, 2676)
    assert row_of(table, "adults_tertiary", "US-48201", 2018)["obs_value"] == 905_727
    puerto_rico = table[table["ref_area"].str.startswith("US-72") & (table["variable"] == "population_25_plus")]
    assert puerto_rico.groupby("time_period")["obs_value"].sum()[2000] == 2_288_326  # census of 2000
