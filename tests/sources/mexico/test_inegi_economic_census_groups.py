"""The reader of the economic censuses by municipality and five groups."""

import pandas as pd

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_economic_census_groups", "2019"
FILE = "ZMTN_1999_2019_municipality_x_5groups.csv.gz"
read = reader_of("inegi_economic_census_groups")


def test_reads_counted_figures(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    trade = row_of(table, "census_people_trade", "MX-26019", 2018)
    assert (trade["obs_value"], trade["obs_status"], trade["source_file"]) == (3_275, "A", FILE)
    assert row_of(table, "census_production_trade", "MX-01001", 1998)["obs_value"] == 3_690_501
    assert row_of(table, "census_capital_formation_manufacturing", "MX-26019", 2018)["obs_value"] == -1_718


def test_confidential_is_missing_and_never_zero(fixture_folder, row_of):
    """Cananea's three mines are counted in 2018, their miners hidden; in 2013 nothing is shown, and that is not none."""
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert row_of(table, "census_establishments_primary", "MX-26019", 2018)["obs_value"] == 3
    for name in ("people", "production", "value_added", "remuneration", "fixed_assets", "capital_formation"):
        hidden = row_of(table, f"census_{name}_primary", "MX-26019", 2018)
        assert pd.isna(hidden["obs_value"]) and hidden["obs_status"] == "O"
    for name in ("establishments", "people"):
        assert row_of(table, f"census_{name}_primary", "MX-26019", 2013)["obs_status"] == "O"
    assert row_of(table, "census_people_primary", "MX-26019", 1998)["obs_value"] == 1_757
    assert row_of(table, "census_establishments_primary", "MX-26019", 1998)["obs_status"] == "O"


def test_an_older_vintage_has_older_editions(fixture_folder):
    assert read(fixture_folder(SOURCE, VINTAGE), "2014")["time_period"].max() == 2013


def test_refuses_what_is_no_count(fixture_folder, refusal):
    import gzip

    folder = fixture_folder(SOURCE, VINTAGE)
    text = gzip.decompress((folder / FILE).read_bytes()).decode()
    for old, new, words in (
        (",com,567,", ",com,-567,", ["ue", "-567"]),
        (",com,567,", ",mine,567,", ["sect", "mine"]),
        ("2019,,,26019", "2018,,,26019", ["census_edition", "2018"]),
    ):
        (folder / FILE).write_bytes(gzip.compress(text.replace(old, new, 1).encode(), mtime=0))
        refusal(read, folder, VINTAGE, *words)


def test_real_totals(real_folder):
    """The 2019 edition counts 4,800,157 establishments; its figures show 25,091,634 people of 27,133,927; 2009 20,116,834."""
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    sums = table.assign(what=table["variable"].str.split("_").str[1]).groupby(["what", "time_period"])["obs_value"].sum()
    assert sums["establishments", 2018] == 4_800_157
    assert sums["people", 2018] == 25_091_634
    assert sums["people", 2008] == 20_116_834
    people = table[table["variable"].str.startswith("census_people_") & (table["time_period"] == 2018)]
    units = table[table["variable"].str.startswith("census_establishments_") & (table["time_period"] == 2018)]
    assert len(people) == 2_469 * 5
    zero = people.loc[people["obs_value"] == 0, ["ref_area", "variable"]].assign(
        variable=lambda rows: rows["variable"].str.replace("people", "establishments")
    )
    assert (zero.merge(units, on=["ref_area", "variable"])["obs_value"] == 0).all()
