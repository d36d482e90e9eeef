"""The reader of establishments by municipality and SCIAN sector."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_denue", "2019"
COUNTS = "denue_mun_sector41_2015_2019.csv"
TOTALS = "totals_by_state.csv"
read = reader_of("inegi_denue")


def test_reads_counts_and_the_states_totals(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 2 * 168 + 2
    lodging = row_of(table, "establishments_scian_72", "MX-03008", 2019)
    assert (lodging["obs_value"], lodging["obs_status"], lodging["source_file"]) == (2153, "A", COUNTS)
    assert row_of(table, "establishments_scian_72", "MX-03008", 2015)["obs_value"] == 1666
    assert row_of(table, "establishments_scian_311", "MX-03008", 2019)["obs_value"] == 273
    assert row_of(table, "establishments_scian_11", "MX-03001", 2015)["source_row"] == 2
    state = row_of(table, "establishments", "MX-03", 2019)
    assert (state["obs_value"], state["source_row"], state["source_file"]) == (35_925, 2, TOTALS)
    municipal = table[table["ref_area"].str.len() == 8].groupby("time_period")["obs_value"].sum()
    assert municipal.to_dict() == {2015: 32_076, 2019: 35_919}


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (COUNTS, "03008,72,1666,2153", "03008,72,1667,2153", ["MX-03", "2015", "32,077", "32,076"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,1666,2160", ["MX-03", "2019", "35,926", "35,925"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,1666,21", ["MX-03", "2019", "33,787"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,1666,2153.5", ["row 139", "ue_2019", "2153.5", "not a count"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,1666,-2153", ["row 139", "ue_2019", "-2153"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,1666,", ["MX-03", "2019", "33,766"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,mil,2153", ["row 139", "ue_2015", "mil"]),
        (COUNTS, "03008,72,1666,2153", "03008,99,1666,2153", ["row 139", "sector", "99"]),
        (COUNTS, "03008,72,1666,2153", "03008,71,1666,2153", ["row 139", "cve_mun, sector", "03008, 71", "twice"]),
        (COUNTS, "03008,72,1666,2153", "3008,72,1666,2153", ["row 139", "cve_mun", "3008"]),
        (COUNTS, "03008,72,1666,2153", "03008,72,1666", ["row 139", "holds 3 fields where the header has 4"]),
        (COUNTS, "ue_2015", "ue2015", ["ue_2015", "column is missing"]),
        (TOTALS, "\n03,", "\n3,", ["row 2", "cve_ent", "3"]),
        (TOTALS, "\n03,", "\n04,", ["MX-03"]),
        (TOTALS, "total_2019", "total", ["total_2019", "column is missing"]),
        (TOTALS, "32076", "-32076", ["row 2", "total_2015", "-32076"]),
    ],
)
def test_refuses(fixture_folder, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    refusal(read, folder, VINTAGE, *words)


def test_refuses_a_truncated_file_and_other_files(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    lines = (folder / COUNTS).read_text().splitlines(keepends=True)
    (folder / COUNTS).write_text("".join(lines[:-3]))
    refusal(read, folder, VINTAGE, COUNTS, "MX-03", "2015")
    (folder / COUNTS).write_text(lines[0])
    refusal(read, folder, VINTAGE, COUNTS, "no rows")
    (folder / COUNTS).write_text("<html>")
    refusal(read, folder, VINTAGE, COUNTS, "web page")
    (folder / TOTALS).unlink()
    refusal(read, folder, VINTAGE, TOTALS, "missing")


def test_the_compiled_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    municipal = table["ref_area"].str.len() == 8
    assert table[municipal]["ref_area"].nunique() == 2457
    assert table[municipal]["variable"].nunique() == 41
    sums = table[municipal].groupby("time_period")["obs_value"].sum()
    assert sums.to_dict() == {2015: 4_926_061, 2019: 5_428_556}
    states = table[~municipal].groupby("time_period")["obs_value"].sum()
    assert states.to_dict() == {2015: 4_926_061, 2019: 5_447_591}
    assert round(100 * sums[2019] / states[2019], 2) == 99.65
    assert row_of(table, "establishments_scian_21", "MX-01001", 2019)["obs_value"] == 5
    assert row_of(table, "establishments_scian_93", "MX-32058", 2019)["obs_value"] == 7
