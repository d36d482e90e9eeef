"""The reader of the economic censuses' compiled tables."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_economic_census", "2019"
UNITS, PEOPLE, SECTORS = "Edo_UE.csv", "Edo_POT.csv", "state_sector20.csv"
PRESENCE, RECOVERED = "classes_by_municipality_presence.csv", "municipality_sector_recovered.csv"
read = reader_of(SOURCE)


def figures(table, row_of, code, year):
    names = ("establishments_census", "establishments_in_published_classes", "people_employed")
    rows = [row_of(table, f"{name}_scian_{code}", "MX-19", year) for name in names]
    return [row["obs_value"] for row in rows] + [rows[2]["obs_status"]]


def test_adds_classes_up_to_sectors_and_subsectors(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert figures(table, row_of, "46", 2018) == [15_084, 15_084, 26_614, "A"]
    assert figures(table, row_of, "55", 2018) == [72, 72, 7_540, "A"]
    assert figures(table, row_of, "55", 2013) == [84, 84, 5_057, "A"]
    assert figures(table, row_of, "311", 2018) == [1_392, 1_392, 5_817, "A"]
    people = row_of(table, "people_employed_scian_55", "MX-19", 2018)
    assert (people["source_file"], people["source_row"]) == (PEOPLE, 21)
    establishments = row_of(table, "establishments_census_scian_22", "MX-19", 2018)
    assert (establishments["source_file"], establishments["source_row"]) == (UNITS, 12)


def test_hidden_people_are_no_zero(fixture_folder, row_of):
    """221 and 336: a zero, or a class without a row, beside establishments is confidential."""
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    *establishments, people, status = figures(table, row_of, "22", 2018)
    assert establishments == [15, 0] and pd.isna(people) and status == "O"
    *establishments, people, status = figures(table, row_of, "336", 2018)
    assert establishments == [4, 0] and pd.isna(people) and status == "O"
    assert figures(table, row_of, "31_33", 2018) == [1_396, 1_392, 5_817, "E"]
    assert figures(table, row_of, "336", 2013) == [6, 6, 5_223, "A"]


def test_reads_the_presence_of_classes(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    present = row_of(table, "classes_present", "MX-01008", 2018)
    codes = present["obs_text"].split()
    assert codes[:3] == ["311812", "311830", "314991"] and codes[-1] == "813110" and len(codes) == 49
    assert (present["source_file"], present["source_row"], present["obs_status"]) == (PRESENCE, 2, "E")
    assert row_of(table, "classes_present_count", "MX-01008", 2018)["obs_value"] == 49
    assert row_of(table, "classes_present_count", "MX-32058", 2018)["obs_value"] == 29


def test_reads_recovered_people_and_leaves_zeros_open(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    retail = row_of(table, "people_employed_recovered_46", "MX-01001", 2018)
    assert (retail["obs_value"], retail["obs_status"], retail["source_row"]) == (53_133, "E", 2)
    health = row_of(table, "people_employed_recovered_62", "MX-32056", 2018)
    assert pd.isna(health["obs_value"]) and health["obs_status"] == "O" and health["source_row"] == 3


def replaced(folder, file, old, new):
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        text = stream.read()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (UNITS, "461110,15084.0", "461110,15085.0", [SECTORS, "ue of Nuevo León 46", "15,085", "15,084"]),
        (PEOPLE, "551111,4606.0", "551111,4607.0", [SECTORS, "pot of Nuevo León 55", "7,541", "7,540"]),
        (UNITS, "461110,15084.0", "461110,-15084.0", [UNITS, "row 26", "export_value", "-15084"]),
        (UNITS, "461110,15084.0", "461110,C", [UNITS, "row 26", "export_value", "'C'"]),
        (UNITS, "2019,Nuevo León,461110", "2019,Nuevo Leon,461110", [UNITS, "row 26", "location_code", "Nuevo Leon"]),
        (UNITS, "2019,Nuevo León,461110", "2019,Nuevo León,46111", [UNITS, "row 26", "hs_product_code", "46111"]),
        (UNITS, "2019,Nuevo León,461110", "2019,Nuevo León,336120", [UNITS, "row 26", "336120", "twice"]),
        (UNITS, "2019,Nuevo León,551112", "2019,Nuevo León,551113", [PEOPLE, "row 22", "551112", "2934"]),
        (UNITS, "551112,16.0", "551112,0.0", [PEOPLE, "row 22", "551112", "without an establishment"]),
        (UNITS, "2019,Nuevo León,461110", "MMXIX,Nuevo León,461110", [UNITS, "row 26", "column year", "MMXIX"]),
        (PEOPLE, "hs_product_code", "clase", [PEOPLE, "hs_product_code", "column is missing"]),
        (SECTORS, "Nuevo León,55,", "Nuevo León,56,", [SECTORS, "pot of Nuevo León 55 adds up to 7,540", "total is 0"]),
        (SECTORS, "Nuevo León,55,", "Nuevo León,46,", [SECTORS, "row 5", "s2", "46", "twice"]),
        (SECTORS, "Nuevo León,55,", "Nuevo Leon,55,", [SECTORS, "row 5", "location_code", "Nuevo Leon"]),
        (SECTORS, "55,7540.0", "55,7539.0", [SECTORS, "pot of Nuevo León 55"]),
        (PRESENCE, "\n1008,", "\n1008x,", [PRESENCE, "row 2", "Row Labels", "1008x"]),
        (PRESENCE, "\n32058,", "\n1008,", [PRESENCE, "row 3", "MX-01008", "twice"]),
        (PRESENCE, ",83000,", ",ochenta,", [PRESENCE, "row 2", "311812", "ochenta"]),
        (PRESENCE, ",83000,", ",-83000,", [PRESENCE, "row 2", "311812", "-83000"]),
        (PRESENCE, "\n32058,", "\n32058,,", [PRESENCE, "row 3", "number of fields", "871", "870"]),
        (PRESENCE, "\n32058,,", "\n32058,", [PRESENCE, "row 3", "number of fields", "869", "870"]),
        (PRESENCE, "\n32058,", "\n33058,", [PRESENCE, "row 3", "Row Labels", "33058"]),
        (PRESENCE, "112512", "112511", [PRESENCE, "row 1", "112511 twice"]),
        (PRESENCE, "311812", "31181", [PRESENCE, "row 1", "31181"]),
        (PRESENCE, "Row Labels", "cvegeo", [PRESENCE, "Row Labels", "column is missing"]),
        (RECOVERED, "h001a_46", "h001b_46", [RECOVERED, "h001a_46", "column is missing"]),
        (RECOVERED, "53133.0", "-53133.0", [RECOVERED, "row 2", "h001a_46", "-53133"]),
        (RECOVERED, "\n32056,", "\n01001,", [RECOVERED, "row 3", "MX-01001", "twice"]),
    ],
)
def test_refuses(fixture_folder, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replaced(folder, file, old, new)
    refusal(read, folder, VINTAGE, *words)


def test_refuses_swapped_tables(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    for file in (UNITS, PEOPLE):
        lines = (folder / file).read_text().splitlines(keepends=True)
        kept = [line for line in lines if "46111" in line or "year" in line]
        (folder / file).write_text("".join(kept))
    units, people = (folder / UNITS).read_text(), (folder / PEOPLE).read_text()
    (folder / UNITS).write_text(people)
    (folder / PEOPLE).write_text(units)
    refusal(read, folder, VINTAGE, PEOPLE, "fewer people", "31305", "17,527", "swapped")


def test_refuses_other_files(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / PEOPLE).write_text("<html>")
    refusal(read, folder, VINTAGE, PEOPLE, "web page")
    (folder / PRESENCE).unlink()
    refusal(read, folder, VINTAGE, PRESENCE, "missing")


def test_the_compiled_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    sector = table["variable"].str.fullmatch(r".*_scian_(31_33|\d\d)")
    sums = table[sector].groupby([table["variable"].str.replace(r"_scian.*", "", regex=True), "time_period"])
    totals = sums["obs_value"].sum()
    assert totals["establishments_census", 2018] == 4_800_157
    assert totals["people_employed", 2018] == 25_384_047
    assert totals["establishments_in_published_classes", 2018] == 4_714_928
    assert totals["people_employed"].to_dict()[2003] == 14_078_817
    assert figures(table, row_of, "46", 2018) == [57_193, 57_176, 263_234, "E"]
    assert figures(table, row_of, "31_33", 2018)[:3] == [14_001, 13_656, 494_582]
    manufacturing = table[table["variable"].str.fullmatch(r"people_employed_scian_3\d\d") & (table["time_period"] == 2018)]
    assert manufacturing["obs_value"].sum() == 1_774_197 + 1_118_134 + 2_801_671
    assert table[table["variable"] == "classes_present"]["ref_area"].nunique() == 2464
    assert table[table["variable"] == "classes_present_count"]["obs_value"].sum() == 206_831


def test_recovered_people_are_halved_already(real_folder):
    """Nuevo León's retail trade: the municipalities give what the state's published classes give."""
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    retail = table[table["variable"] == "people_employed_recovered_46"]
    assert retail["ref_area"].nunique() == 1705
    assert retail[retail["ref_area"].str.startswith("MX-19")]["obs_value"].sum() == pytest.approx(263_234, rel=0.001)
