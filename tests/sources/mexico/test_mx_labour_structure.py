"""The reader of the compiled table of employment by sector and remittances."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

read = reader_of("mx_labour_structure")
FILE = "vistaD_v1.parquet"

SOURCE, VINTAGE = "mx_labour_structure", "2020"


def spoil(folder, change):
    frame = pd.read_parquet(folder / FILE)
    changed = change(frame)
    (frame if changed is None else changed).to_parquet(folder / FILE)


def put(row, column, value):
    def change(frame):
        frame[column] = frame[column].map(str, na_action="ignore") if isinstance(value, str) else frame[column]
        frame.loc[row - 1, column] = value

    return change


def test_reads_shares_and_remittances(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 5 * 6
    primary = row_of(table, "employed_primary_share", "MX-01001", 2020)
    assert (round(primary["obs_value"], 6), primary["obs_status"], primary["source_row"]) == (1.601407, "A", 1)
    assert row_of(table, "employed_precarious_share", "MX-19039", 2020)["obs_value"] == pytest.approx(21.416168)
    dollars = row_of(table, "remittances_usd", "MX-01001", 2020)
    assert (dollars["obs_value"], dollars["obs_status"]) == (311_557_433, "A")
    assert row_of(table, "remittances_per_capita_usd", "MX-19039", 2020)["obs_value"] == pytest.approx(276.345274)


def test_a_doubtful_match_is_an_estimate_and_a_gap_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    doubtful = table[(table["ref_area"] == "MX-08008") & (table["obs_status"] == "E")]
    assert set(doubtful["variable"]) == {"remittances_usd", "remittances_per_capita_usd"}
    san_quintin = row_of(table, "remittances_usd", "MX-02006", 2020)
    assert san_quintin["obs_status"] == "O" and pd.isna(san_quintin["obs_value"])
    tlaltelulco = row_of(table, "employed_primary_share", "MX-29048", 2020)
    assert tlaltelulco["obs_status"] == "O" and pd.isna(tlaltelulco["obs_value"])
    assert row_of(table, "remittances_usd", "MX-29048", 2020)["obs_value"] == 397_706


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(1, "pct_primario", 101.0), ["row 1", "pct_primario", "101", "0 to 100"]),
        (put(1, "pct_primario", 5.0), ["row 1", "pct_primario + pct_secundario + pct_terciario", "103.39"]),
        (put(4, "remesas_2020_musd", -1.0), ["row 4", "remesas_2020_musd", "-1"]),
        (put(4, "remesas_2020_musd", 315860990.0), ["row 4", "remesas_pc_usd", "276.34"]),
        (put(3, "remesas_low_conf", "sí"), ["row 3", "remesas_low_conf", "sí"]),
        (put(2, "cvegeo", "01001"), ["row 2", "cvegeo", "twice"]),
        (put(2, "cvegeo", "2006"), ["row 2", "cvegeo", "2006"]),
        (put(2, "empleo_precario_pct", "alto"), ["row 2", "empleo_precario_pct", "alto", "not a number"]),
        (lambda frame: frame.drop(columns="pct_terciario"), ["pct_terciario", "column is missing"]),
        (lambda frame: frame[:0], ["no rows"]),
    ],
)
def test_refuses(fixture_folder, refusal, change, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    spoil(folder, change)
    refusal(read, folder, VINTAGE, FILE, *words)


@pytest.mark.parametrize(("content", "words"), [(b"<html>", ["web page"]), (b"PAR1 cut", ["cannot be read as Parquet"])])
def test_refuses_other_files(fixture_folder, refusal, content, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(content)
    refusal(read, folder, VINTAGE, FILE, *words)
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_the_compiled_file(real_folder):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2469
    unknown = table[table["obs_status"] == "O"]
    without_sample = unknown[unknown["variable"] == "employed_primary_share"]["ref_area"]
    assert set(without_sample) == {"MX-04012", "MX-07125", "MX-29048"}
    assert (unknown["variable"] == "remittances_usd").sum() == 13
    remittances = table[table["variable"] == "remittances_usd"]
    # The Banco de México published 40,604.6 million dollars for 2020; the municipalities come to 103 % of it.
    assert remittances["obs_value"].sum() / 40_604.6e6 == pytest.approx(1.026, abs=0.001)
    assert (remittances["obs_status"] == "E").sum() == 20
