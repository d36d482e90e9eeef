"""The reader of County Business Patterns."""

import gzip

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "us_census_cbp", "2019"
read = reader_of(SOURCE)
TEXT, FILE = "cbp_cbsa_naics_emp_2019.csv", "cbp_cbsa_naics_emp_2019.csv.gz"
HOUSTON, SPRINGFIELD, DAYTON = "US-CBSA-26420", "US-CBSA-44020", "US-CBSA-19430"


@pytest.fixture
def packed(fixture_folder):
    """``packed(change)``: a folder with the fixture's lines, changed and compressed as the source is."""

    def make(change=lambda text: text):
        folder = fixture_folder(SOURCE, VINTAGE)
        text = (folder / TEXT).read_text()
        (folder / TEXT).unlink()
        (folder / FILE).write_bytes(gzip.compress(change(text).encode()))
        return folder

    return make


def test_reads_industries(packed, row_of):
    table = read(packed(), VINTAGE)
    professional = row_of(table, "employees_naics_54", HOUSTON, 2019)
    assert (professional["obs_value"], professional["obs_status"]) == (213_524, "A")
    assert (professional["source_file"], professional["source_row"]) == (FILE, 112)
    assert row_of(table, "establishments_naics_31_33", SPRINGFIELD, 2019)["obs_value"] == 35
    assert row_of(table, "employees_naics_324", HOUSTON, 2019)["obs_value"] == 9_751
    assert row_of(table, "establishments_total", HOUSTON, 2019)["obs_value"] == 146_470
    trade = row_of(table, "establishments_trade", HOUSTON, 2019)
    assert (trade["obs_value"], trade["obs_status"], trade["source_row"]) == (9_367 + 18_835, "E", 98)


def test_an_industry_without_a_line_is_missing(packed, row_of):
    table = read(packed(), VINTAGE)
    for variable in ("employees_naics_11", "establishments_naics_334", "establishments_mining"):
        missing = row_of(table, variable, SPRINGFIELD, 2019)
        assert pd.isna(missing["obs_value"]) and (missing["obs_status"], missing["source_row"]) == ("O", 2)


def test_a_range_without_a_line_is_the_sum_of_its_subsectors(packed, row_of):
    table = read(packed(lambda text: text.replace("44020,31-33,5,1861.0,35.0\n", "")), VINTAGE)
    factories = row_of(table, "employees_naics_31_33", SPRINGFIELD, 2019)
    assert (factories["obs_value"], factories["obs_status"]) == (155 + 10 + 19 + 23 + 25 + 36 + 11, "E")


def test_a_code_that_changed_is_given_the_later_one(packed, row_of):
    table = read(packed(), VINTAGE)
    assert row_of(table, "employees_naics_00", DAYTON, 2019)["obs_value"] == 327_586
    assert "US-CBSA-19380" not in set(table["ref_area"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("26420,54,2,213524.0", "26420,54,2,many", ["row 112", "EMP", "many", "not a number"]),
        ("26420,54,2,213524.0", "26420,54,2,-5", ["row 112", "EMP", "-5", "not a count"]),
        ("26420,54,2,213524.0", "26420,54,2,5.5", ["row 112", "EMP", "5.5", "not a count"]),
        ("26420,54,2,213524.0", "26420,54,2,2135240", ["row 77", "EMP", "more than all industries"]),
        ("26420,311,3,12727.0", "26420,311,3,412727.0", ["row 79", "EMP", "more than the sector"]),
        ("26420,54,2", "26420,54,3", ["row 112", "naics_level", "'3'", "length"]),
        ("26420,54,2", "26420,53,2", ["row 112", "26420", "twice"]),
        ("26420,54,2", "2642,54,2", ["row 112", "cbsa_code", "2642", "core-based area"]),
        ("26420,54,2", "26421,54,2", ["row 112", "cbsa_code", "26421", "total"]),
        ("44020,00,2", "4402x,00,2", ["row 2", "cbsa_code", "4402x", "core-based area"]),
        ("26420,54,2,213524.0", "26420,54,2,9,213524.0", ["row 112", "6 fields"]),
        ("ESTAB", "EST", ["row 1", "ESTAB", "missing"]),
    ],
)
def test_refuses(packed, refusal, old, new, words):
    refusal(read, packed(lambda text: text.replace(old, new, 1)), VINTAGE, FILE, *words)


def test_refuses_files_that_are_not_whole(packed, refusal):
    folder = packed()
    content = (folder / FILE).read_bytes()
    for spoilt in (content[:-40], b"<html>", content[:60] + b"\0\0\0\0" + content[64:]):
        (folder / FILE).write_bytes(spoilt)
        refusal(read, folder, VINTAGE, FILE, "gzip")
    (folder / FILE).write_bytes(gzip.compress(b""))
    refusal(read, folder, VINTAGE, FILE, "row 1")
    (folder / FILE).write_bytes(gzip.compress(b"cbsa_code,naics_code,naics_level,EMP,ESTAB\n"))
    refusal(read, folder, VINTAGE, FILE, "no rows")
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_the_converted_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 933
    assert row_of(table, "employees_naics_54", HOUSTON, 2019)["obs_value"] == 213_524
    total = table[table["variable"] == "employees_naics_00"]["obs_value"].sum()
    # the nation had 132,989,428 paid employees in 2019; nine in ten of them work in a core-based area
    assert total == 122_485_576 and 0.9 < total / 132_989_428 < 0.95
    share = table[table["variable"] == "employees_naics_21"]["obs_value"].notna().mean()
    assert share == pytest.approx(603 / 933)
