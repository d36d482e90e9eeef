"""The reader of the commuting matrix."""

import gzip

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_commuting", "2020"
FILE = "labour_commuting_2020_long.csv.gz"
read = reader_of("inegi_commuting")


def test_margins_of_the_matrix(fixture_folder, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    matrix = "residence,workplace,people\n01002,01002,13007\n01008,01002,40\n01002,01008,60\n01008,01008,2416\n"
    (folder / FILE).write_bytes(gzip.compress(matrix.encode(), mtime=0))
    table = read(folder, VINTAGE)
    for name, value in (("resident", 13_067), ("working_here", 13_047), ("commuting_in", 40), ("commuting_out", 60)):
        row = row_of(table, f"workers_{name}", "MX-01002", 2020)
        assert (row["obs_value"], row["obs_status"], row["source_row"]) == (value, "E", 2)


def test_reads_real_lines(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert row_of(table, "workers_working_here", "MX-01008", 2020)["obs_value"] == 2_416
    assert row_of(table, "workers_commuting_out", "MX-01008", 2020)["obs_value"] == 0


def test_refuses_a_pair_that_stands_twice(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    for lines, words in (
        ("01002,01002,5\n01002,01002,6\n", ["row 3", "twice"]),
        ("01002,99002,5\n", ["row 2", "workplace", "99002"]),
        ("01002,01002,-5\n", ["row 2", "people", "-5"]),
    ):
        (folder / FILE).write_bytes(gzip.compress(f"residence,workplace,people\n{lines}".encode(), mtime=0))
        refusal(read, folder, VINTAGE, *words)


def test_real_totals(real_folder):
    """51,356,073 people whose workplace is known, of whom 42,434,413 work where they live."""
    sums = read(real_folder(SOURCE, VINTAGE), VINTAGE).groupby("variable")["obs_value"].sum()
    assert sums["workers_resident"] == sums["workers_working_here"] == 51_356_073
    assert sums["workers_working_here"] - sums["workers_commuting_in"] == 42_434_413
    assert sums["workers_commuting_in"] == sums["workers_commuting_out"] == 8_921_660
