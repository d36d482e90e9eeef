"""The reader of establishments by municipality in four groups."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "inegi_denue_groups", "2026", "denue_2026_groups_by_municipality.csv"
read = reader_of("inegi_denue_groups")


def test_reads_the_groups(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 4 * 6
    assert row_of(table, "directory_establishments", "MX-19039", 2026)["obs_value"] == 62_758
    assert row_of(table, "directory_establishments_trade", "MX-01001", 2026)["obs_value"] == 20_603
    assert row_of(table, "directory_establishments_services", "MX-01001", 2026)["obs_value"] == 18_555
    assert row_of(table, "directory_establishments_industry", "MX-02007", 2026)["obs_value"] == 112
    food = row_of(table, "directory_establishments_food", "MX-20282", 2026)
    assert (food["obs_value"], food["obs_status"], food["source_row"]) == (1, "A", 5)


def test_employment_is_an_estimate(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    employed = row_of(table, "employed_estimated", "MX-19039", 2026)
    assert (employed["obs_value"], employed["obs_status"]) == (663_170, "E")
    assert set(table[table["obs_status"] == "E"]["variable"]) == {"employed_estimated"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("20603", "20604", ["row 2", "n_estab", "51973", "51,974"]),
        ("20603", "-20603", ["row 2", "comercio", "-20603"]),
        ("20603", "?", ["row 2", "comercio", "?"]),
        ("\n02007", "\n01001", ["row 3", "cvegeo", "MX-01001", "twice"]),
        ("\n02007", "\n2007", ["row 3", "cvegeo", "2007"]),
        ("alimentos", "comercio", ["row 1", "comercio", "twice"]),
        ("San Felipe", "San, Felipe", ["row 3", "holds 13 fields", "San, Felipe"]),
        ("alimentos", "comida", ["alimentos", "column is missing"]),
        ("\n02007,", "\n\n02007,", ["row 3", "holds 0 fields"]),
    ],
)
def test_refuses(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    refusal(read, folder, VINTAGE, FILE, *words)


def test_the_compiled_file(real_folder):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2478
    new = {"02007", "04013", "12082", "12083", "12084", "12085", "24059", "25019", "25020"}
    assert {f"MX-{code}" for code in new} <= set(table["ref_area"])
    sums = table.groupby("variable")["obs_value"].sum()
    groups = [f"directory_establishments_{group}" for group in ("trade", "services", "industry", "food")]
    assert sums["directory_establishments"] == sums[groups].sum() == 6_138_075
